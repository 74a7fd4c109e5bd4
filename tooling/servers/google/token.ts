import { createHash, verify } from 'node:crypto'
import type { ServerResponse } from 'node:http'

import { json, oauthError } from './answer.ts'
import type { GoogleClient } from './options.ts'
import { randomText, type State } from './state.ts'

const assertionGrant = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'
export const account = 'radiologist@example.org'

/** The token endpoint. */
export function token(state: State, form: URLSearchParams, issuer: string, response: ServerResponse): void {
  if (form.get('grant_type') === assertionGrant) return byAssertion(state, form, response)
  const client = state.options.clients?.find(({ clientId }) => clientId === form.get('client_id'))
  if (client === undefined) return oauthError(response, 401, 'invalid_client', 'The OAuth client was not found.')
  const secret = form.get('client_secret')
  // Google wants it of all clients for codes, PKCE or not.
  if (secret === null && client.isPublic !== true) {
    return oauthError(response, 400, 'invalid_request', 'client_secret is missing.')
  }
  if (secret !== null && secret !== client.clientSecret) {
    return oauthError(response, 401, 'invalid_client', 'The provided client secret is invalid.')
  }
  const type = form.get('grant_type')
  if (type === 'authorization_code') return byCode(state, client, form, issuer, response)
  if (type === 'refresh_token') return byRefreshToken(state, client, form, response)
  if (type === deviceGrant) return byDevice(state, client, form, issuer, response)
  return oauthError(response, 400, 'unsupported_grant_type', 'Invalid grant_type.')
}

function byCode(
  state: State,
  client: GoogleClient,
  form: URLSearchParams,
  issuer: string,
  response: ServerResponse,
): void {
  const name = form.get('code') ?? ''
  const code = state.codes.get(name)
  // Once, whatever comes of it.
  state.codes.delete(name)
  const verifier = form.get('code_verifier') ?? ''
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  if (code === undefined || code.clientId !== client.clientId || code.expires < state.now()) {
    return oauthError(response, 400, 'invalid_grant', 'Malformed auth code.')
  }
  if (code.redirectUri !== form.get('redirect_uri')) {
    return oauthError(response, 400, 'redirect_uri_mismatch', 'Bad Request')
  }
  if (code.challenge !== challenge) return oauthError(response, 400, 'invalid_grant', 'Invalid code verifier.')
  return grant(state, { client, issuer, response, ...code })
}

function byRefreshToken(state: State, client: GoogleClient, form: URLSearchParams, response: ServerResponse): void {
  const kept = state.refreshTokens.get(form.get('refresh_token') ?? '')
  if (kept === undefined || kept.clientId !== client.clientId) {
    return oauthError(response, 400, 'invalid_grant', 'Token has been expired or revoked.')
  }
  const { scopes } = kept
  return json(response, 200, {
    access_token: state.mint(scopes),
    expires_in: state.options.tokenLifetime ?? 3599,
    scope: scopes.join(' '),
    token_type: 'Bearer',
  })
}

/** RFC 8628 3.5, with the statuses that Google uses. */
function byDevice(
  state: State,
  client: GoogleClient,
  form: URLSearchParams,
  issuer: string,
  response: ServerResponse,
): void {
  const name = form.get('device_code') ?? ''
  const device = state.devices.get(name)
  if (device === undefined || device.clientId !== client.clientId) {
    return oauthError(response, 400, 'invalid_grant', 'Malformed device code.')
  }
  const now = state.now()
  const early = now - device.asked < device.interval * 1000 * 0.9
  device.asked = now
  if (device.expires < now) return oauthError(response, 400, 'expired_token', 'The device code has expired.')
  if (early) {
    device.interval += 5
    return oauthError(response, 403, 'slow_down', 'Forbidden')
  }
  if (!state.controls.deviceEntered) return oauthError(response, 428, 'authorization_pending', 'Precondition Required')
  state.devices.delete(name)
  if (state.controls.consent === 'deny') return oauthError(response, 403, 'access_denied', 'Forbidden')
  const scopes = device.scopes.filter((scope) => !state.controls.unticked.includes(scope))
  // Google gives devices a refresh token always.
  return grant(state, { client, issuer, response, scopes, offline: true, nonce: undefined })
}

/** A service account (RFC 7523): RS256, for Google's own endpoint, for an hour at most. */
function byAssertion(state: State, form: URLSearchParams, response: ServerResponse): void {
  const [head = '', payload = '', signature = ''] = (form.get('assertion') ?? '').split('.')
  let claims: { iss?: string; aud?: string; exp?: number; iat?: number; scope?: string }
  try {
    claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as typeof claims
  } catch {
    return oauthError(response, 400, 'invalid_grant', 'Invalid JWT.')
  }
  const { iss = '', aud, exp = 0, iat = 0, scope = '' } = claims
  const key = state.options.serviceAccounts?.[iss]
  if (key === undefined) return oauthError(response, 400, 'invalid_grant', 'Invalid grant: account not found')
  const isSigned = verify('sha256', Buffer.from(`${head}.${payload}`), key, Buffer.from(signature, 'base64url'))
  const now = state.now() / 1000
  const isTimely = iat <= now + 300 && exp > now && exp - iat <= 3600
  if (!isSigned || !isTimely || aud !== 'https://oauth2.googleapis.com/token') {
    return oauthError(response, 400, 'invalid_grant', 'Invalid JWT Signature.')
  }
  const lifetime = state.options.tokenLifetime ?? 3599
  return json(response, 200, { access_token: state.mint(scope.split(' ')), expires_in: lifetime, token_type: 'Bearer' })
}

interface Granted {
  readonly client: GoogleClient
  readonly issuer: string
  readonly response: ServerResponse
  readonly scopes: readonly string[]
  readonly offline: boolean
  readonly nonce: string | undefined
}

function grant(state: State, { client, issuer, response, scopes, offline, nonce }: Granted): void {
  const refreshToken = `1//${randomText()}`
  if (offline) state.refreshTokens.set(refreshToken, { clientId: client.clientId, scopes })
  return json(
    response,
    200,
    {
      access_token: state.mint(scopes),
      expires_in: state.options.tokenLifetime ?? 3599,
      scope: scopes.join(' '),
      token_type: 'Bearer',
      ...(offline && { refresh_token: refreshToken }),
      ...(scopes.includes('openid') && { id_token: idToken(state, client, issuer, nonce) }),
    },
    { date: new Date(state.now()).toUTCString() },
  )
}

/** Nobody looks at the signature: it came from the token endpoint itself (OpenID Connect 3.1.3.7, 6). */
function idToken(state: State, { clientId }: GoogleClient, issuer: string, nonce: string | undefined): string {
  const seconds = Math.floor(state.now() / 1000)
  const claims = {
    iss: issuer,
    azp: clientId,
    aud: clientId,
    sub: state.controls.subject,
    email: account,
    email_verified: true,
    nonce: state.controls.nonce ?? nonce,
    iat: seconds,
    exp: seconds + 3600,
  }
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'RS256', kid: 'k', typ: 'JWT' })}.${part(claims)}.${randomText()}`
}
