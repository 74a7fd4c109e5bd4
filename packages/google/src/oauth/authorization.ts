import { type CallOptions, GantryError, toCall } from '@gantry/core/driver'
import {
  authorizationCodeGrantRequest,
  calculatePKCECodeChallenge,
  generateRandomCodeVerifier,
  generateRandomNonce,
  generateRandomState,
  processAuthorizationCodeResponse,
  validateAuthResponse,
} from 'oauth4webapi'

import { ask, errorOfSignIn } from './ask.ts'
import type { Grant } from './grant.ts'
import { readGrant } from './read-grant.ts'
import { libraryClient, type SignInClient } from './sign-in-client.ts'

export interface AuthorizationOptions {
  readonly redirectUri: string
  /** `none`: fails with `unauthenticated` rather than to ask anything. */
  readonly prompt?: 'none' | 'select_account' | 'consent' | undefined
  /** The account that is meant, as a grant names it. */
  readonly account?: string | undefined
  /** A refresh token is wanted as well. */
  readonly offline?: boolean | undefined
}

/** A sign-in that has begun; no token, but what proves that the answer is one to it. */
export interface PendingAuthorization {
  readonly url: string
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
  readonly redirectUri: string
}

/** The first half of the authorization code flow with PKCE (RFC 7636, S256): where the person is sent. */
export async function beginAuthorization(
  client: SignInClient,
  { redirectUri, prompt, account, offline = false }: AuthorizationOptions,
): Promise<PendingAuthorization> {
  const state = generateRandomState()
  const nonce = generateRandomNonce()
  const codeVerifier = generateRandomCodeVerifier()
  const url = new URL(client.server.authorization_endpoint)
  const parameters = {
    client_id: client.clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: client.scopes.join(' '),
    state,
    nonce,
    code_challenge: await calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
    access_type: offline ? 'offline' : 'online',
    // Google gives a refresh token only with a consent that is asked for anew.
    prompt: prompt ?? (offline ? 'consent' : undefined),
    login_hint: account,
  }
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) url.searchParams.set(name, value)
  }
  return { url: url.href, state, nonce, codeVerifier, redirectUri }
}

/** The second half: `answered` is the URL that the person was sent back to. */
export async function finishAuthorization(
  client: SignInClient,
  pending: PendingAuthorization,
  answered: URL,
  callOptions: CallOptions = {},
): Promise<Grant> {
  const { state, nonce, codeVerifier, redirectUri } = pending
  const expected = new URL(redirectUri)
  if (answered.origin !== expected.origin || answered.pathname !== expected.pathname) {
    throw new GantryError('unauthenticated', 'The answer came to another page than was told: begin anew.')
  }
  const parameters = checkAnswer(client, answered, state)
  const wantsIdentity = client.scopes.includes('openid')
  const answer = await ask(
    client,
    {
      send: async (options) =>
        await authorizationCodeGrantRequest(
          client.server,
          libraryClient(client, null),
          client.auth,
          parameters,
          redirectUri,
          codeVerifier,
          options,
        ),
      read: async (response) =>
        await processAuthorizationCodeResponse(
          client.server,
          libraryClient(client, response.headers.get('date')),
          response,
          wantsIdentity ? { expectedNonce: nonce, requireIdToken: true } : {},
        ),
    },
    toCall(callOptions).signal,
  )
  return readGrant(answer, client.scopes, client.now())
}

function checkAnswer(client: SignInClient, answered: URL, state: string): URLSearchParams {
  try {
    return validateAuthResponse(client.server, libraryClient(client, null), answered, state)
  } catch (error) {
    throw errorOfSignIn(error, client.now())
  }
}
