import { GantryError, isGantryError } from '../errors/gantry-error.ts'
import { cancelled } from '../store/cancelled.ts'
import { type Signal, type Signalled, signalled } from '../store/signal.ts'
import type { AccessToken, AccessTokens, FetchToken } from './access-token.ts'

/** What is under way for all who wait for it. */
interface Refresh {
  readonly token: Promise<AccessToken>
  readonly ending: Signalled
  waiting: number
}

/**
 * Keeps one access token fresh: refreshed `margin` ms before it expires (or half its life before, if it lives shorter),
 * with one refresh in flight for any number of callers. A caller that gives up does not stop the refresh the others
 * wait for; the last one that does ends it. A refresh that fails is tried again by the next caller, and as long as the old
 * token lives it is used meanwhile. `get` rejects with the `GantryError` that `fetch` does, with `unavailable` for whatever
 * else it throws, with `timeout` at its limit, with `cancelled`, and with `unauthenticated` where what was fetched is no token
 * or does not say when it expires.
 */
export function createAccessTokens(options: {
  readonly fetch: FetchToken
  /** Milliseconds since the epoch: a port, because core has no clock. */
  readonly now: () => number
  /** How long one `fetch` may take, as a port as well: `() => AbortSignal.timeout(30_000)`. */
  readonly limit: () => Signal
  /** Milliseconds; a minute if not given. */
  readonly margin?: number
}): AccessTokens {
  const { fetch, now, limit, margin = 60_000 } = options
  let current: (AccessToken & { readonly freshUntil: number }) | undefined
  let refresh: Refresh | undefined

  async function asked(signal: Signal): Promise<AccessToken | undefined> {
    try {
      return await fetch({ signal })
    } catch (error) {
      if (isGantryError(error)) throw error
      throw new GantryError('unavailable', 'No access token could be fetched: try again.', { cause: error })
    }
  }

  async function fetched(ending: Signalled): Promise<AccessToken> {
    const over = limit()
    const late = Promise.withResolvers<never>()
    const giveUp = () => {
      // First, because a `fetch` need not look at its signal, and what it says of being stopped is no news.
      late.reject(new GantryError('timeout', 'No access token came in time: try again.'))
      ending.abort(over.reason)
    }
    over.addEventListener('abort', giveUp, { once: true })
    try {
      const token = await Promise.race([late.promise, asked(ending.signal)])
      if (typeof token?.token !== 'string' || token.token === '' || !(token.expires >= 0)) {
        throw new GantryError('unauthenticated', 'Where access tokens come from gave none that says when it expires.')
      }
      return token
    } finally {
      over.removeEventListener('abort', giveUp)
    }
  }

  function begin(): Refresh {
    const ending = signalled()
    const kept = (token: AccessToken) => {
      // A token of half a minute would else be fetched for every call.
      const freshUntil = token.expires - Math.min(margin, (token.expires - now()) / 2)
      if (refresh === begun) current = { ...token, freshUntil }
      return token
    }
    const settled = () => {
      if (refresh === begun) refresh = undefined
    }
    const begun: Refresh = { token: fetched(ending).then(kept).finally(settled), ending, waiting: 0 }
    return begun
  }

  return {
    async get(signal) {
      const gaveUp = () => signal?.aborted === true
      if (signal !== undefined && gaveUp()) throw cancelled(signal)
      if (current !== undefined && now() < current.freshUntil) return current.token
      const awaited = (refresh ??= begin())
      awaited.waiting += 1
      try {
        return (await abandonable(awaited.token, signal)).token
      } catch (error) {
        if (!gaveUp() && current !== undefined && now() < current.expires) return current.token
        throw error
      } finally {
        awaited.waiting -= 1
        if (awaited.waiting === 0 && refresh === awaited) {
          refresh = undefined
          awaited.ending.abort(signal?.reason)
        }
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
