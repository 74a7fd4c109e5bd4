import {
  checkGiven,
  type AccessTokens,
  collect,
  createAccessTokens,
  type FetchToken,
  GantryError,
  toCall,
} from '@gantry/core/driver'
import { type HubKeyFile, hubKeyFileSchema, type HubScope, hubTokenSchema } from '@gantry/core/hub'
import { type Fetch, fetchTransport, type Transport } from '@gantry/http'

import { readJson } from '../read-json.ts'
import { checkHubUrl } from './hub-url.ts'
import { signAssertion } from './sign-assertion.ts'
import { errorOfTokenRefusal } from './token-refusal.ts'

export interface HubTokensOptions {
  /** What the hub's operator handed out, parsed. */
  readonly key: HubKeyFile
  /** Fewer rights than the account has; default: all of them. */
  readonly scopes?: readonly HubScope[] | undefined
  /** Default: the platform's. */
  readonly fetch?: Fetch | undefined
  /** Milliseconds since the epoch; default: `Date.now`. */
  readonly now?: (() => number) | undefined
}

/** Access tokens of a service account, kept fresh; one request in flight for any number of callers. */
export function hubTokens(options: HubTokensOptions): AccessTokens {
  checkGiven(options, 'hubTokens', { key: 'object', fetch: 'function?', now: 'function?' })
  const { now = Date.now } = options
  return createAccessTokens({ fetch: fetchHubToken(options), now, limit: () => AbortSignal.timeout(30_000) })
}

/** Asks the hub for one token, by an assertion that the account's key signs (RFC 7523). */
export function fetchHubToken(options: HubTokensOptions): FetchToken {
  checkGiven(options, 'fetchHubToken', { key: 'object', fetch: 'function?', now: 'function?' })
  return tokenFetcher({ ...options, transport: fetchTransport({ fetch: options.fetch, service: 'The hub' }) })
}

export function tokenFetcher(options: Omit<HubTokensOptions, 'fetch'> & { readonly transport: Transport }): FetchToken {
  const { scopes, transport, now = Date.now } = options
  const parsed = hubKeyFileSchema.safeParse(options.key)
  // Without its cause, which quotes the key.
  if (!parsed.success) throw new GantryError('invalid', 'The key of the account is not one that a hub hands out.')
  const key = parsed.data
  const endpoint = `${checkHubUrl(key.hub)}/token`
  return async ({ signal }) => {
    const form = new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: await signAssertion(key, endpoint, now()),
      ...(scopes === undefined ? {} : { scope: scopes.join(' ') }),
    })
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' }
    const body = new TextEncoder().encode(form.toString())
    const answer = await transport.send({ method: 'POST', url: endpoint, headers, body }, toCall({ signal }))
    const { status } = answer
    if (status < 200 || status >= 300) {
      throw errorOfTokenRefusal({
        status,
        body: new TextDecoder().decode(await collect(answer.body)),
        retryAfter: answer.header('retry-after'),
        date: answer.header('date'),
        now: now(),
      })
    }
    const token = await readJson(answer, hubTokenSchema)
    return { token: token.access_token, expires: now() + token.expires_in * 1000 }
  }
}
