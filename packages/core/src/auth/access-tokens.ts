import { GantryError, isGantryError } from '../errors/gantry-error.ts'
import { cancelled } from '../store/cancelled.ts'
import type { Signal } from '../store/signal.ts'
import type { AccessToken, AccessTokens, FetchToken } from './access-token.ts'

/**
 * Keeps one access token fresh: refreshed `margin` ms before it expires (or half its life before, if it lives shorter),
 * with one refresh in flight for any number of callers. A caller that gives up does not stop the refresh the others
 * wait for; a refresh that fails is tried again by the next caller, and as long as the old token lives it is used
 * meanwhile. `fetch` has to give up by itself: core has no timer. `get` rejects with the `GantryError` that `fetch` does, with
 * `unavailable` for whatever else it throws, with `cancelled`, and with `unauthenticated` where what was fetched is no token
 * or does not say when it expires.
 */
export function createAccessTokens(options: {
  readonly fetch: FetchToken
  /** Milliseconds since the epoch: a port, because core has no clock. */
  readonly now: () => number
  /** Milliseconds; a minute if not given. */
  readonly margin?: number
}): AccessTokens {
  const { fetch, now, margin = 60_000 } = options
  let current: (AccessToken & { readonly freshUntil: number }) | undefined
  let refresh: Promise<AccessToken> | undefined

  async function asked(): Promise<AccessToken | undefined> {
    try {
      return await fetch({ signal: undefined })
    } catch (error) {
      if (isGantryError(error)) throw error
      throw new GantryError('unavailable', 'No access token could be fetched: try again.', { cause: error })
    }
  }

  async function renew(): Promise<AccessToken> {
    const token = await asked()
    if (typeof token?.token !== 'string' || token.token === '' || !(token.expires >= 0)) {
      throw new GantryError('unauthenticated', 'Where access tokens come from gave none that says when it expires.')
    }
    // A token of half a minute would else be fetched for every call.
    const freshUntil = token.expires - Math.min(margin, (token.expires - now()) / 2)
    current = { ...token, freshUntil }
    return token
  }

  return {
    async get(signal) {
      const gaveUp = () => signal?.aborted === true
      if (signal !== undefined && gaveUp()) throw cancelled(signal)
      if (current !== undefined && now() < current.freshUntil) return current.token
      refresh ??= renew().finally(() => {
        refresh = undefined
      })
      try {
        return (await abandonable(refresh, signal)).token
      } catch (error) {
        if (!gaveUp() && current !== undefined && now() < current.expires) return current.token
        throw error
      }
    },
    refuse(token) {
      if (current?.token === token) current = undefined
    },
  }
}

/**
 * Runs `work` with a token. After `unauthenticated` (401) the token is refused and the work tried once more with a new
 * one; after `permission_denied` (403) it is not, because a new token has the same rights.
 */
export async function withAccessToken<Value>(
  tokens: AccessTokens,
  work: (token: string) => Promise<Value>,
  signal?: Signal,
): Promise<Value> {
  const token = await tokens.get(signal)
  try {
    return await work(token)
  } catch (error) {
    if (!isGantryError(error) || error.code !== 'unauthenticated') throw error
    tokens.refuse(token)
    return await work(await tokens.get(signal))
  }
}

/** Waits for a promise, or until the caller loses interest; the promise itself goes on. */
async function abandonable<Value>(promise: Promise<Value>, signal: Signal | undefined): Promise<Value> {
  if (signal === undefined) return await promise
  const aborted = Promise.withResolvers<never>()
  const stop = () => aborted.reject(cancelled(signal))
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([promise, aborted.promise])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
