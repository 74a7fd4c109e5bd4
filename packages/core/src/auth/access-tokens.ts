import { checkGiven } from '../store/check-given.ts'
import { GantryError, isGantryError } from '../errors/gantry-error.ts'
import { cancelled } from '../store/cancelled.ts'
import type { Signal, SignalMaker } from '../store/signal.ts'
import type { AccessToken, AccessTokens, FetchToken } from './access-token.ts'

declare const AbortController: SignalMaker

/** What is under way for all who wait for it. */
interface Refresh {
  readonly token: Promise<AccessToken>
  readonly ending: InstanceType<SignalMaker>
  waiting: number
}

/** Keeps one access token fresh, as `AccessTokens` says. */
export function createAccessTokens(options: {
  readonly fetch: FetchToken
  /** Milliseconds since the epoch: a port, because core has no clock. */
  readonly now: () => number
  /** Aborted when one `fetch` has taken too long: a port as well: `() => AbortSignal.timeout(30_000)`. Default: never. */
  readonly limit?: () => Signal
  /** Milliseconds before its end at which a token is replaced; a minute if not given. */
  readonly margin?: number
}): AccessTokens {
  checkGiven(options, 'access tokens', { fetch: 'function', now: 'function', limit: 'function?', margin: 'number?' })
  const { fetch, now, limit, margin = 60_000 } = options
  let current: (AccessToken & { readonly freshUntil: number }) | undefined
  let refresh: Refresh | undefined

  async function fetched(ending: Refresh['ending']): Promise<AccessToken> {
    const over = limit?.()
    try {
      const token: AccessToken | undefined = await abandonable(
        (async () => await fetch({ signal: ending.signal }))(),
        over,
        () => new GantryError('timeout', 'No access token came in time: try again.'),
      )
      // Seconds would be an end of years ago, and a fetch for every call.
      if (typeof token?.token !== 'string' || token.token === '' || !(token.expires > now() - 1e11)) {
        throw new GantryError('unauthenticated', 'This is no token with the milliseconds since the epoch of its end.')
      }
      // A token of half a minute would else be fetched for every call.
      const freshUntil = token.expires - Math.min(margin, (token.expires - now()) / 2)
      if (!ending.signal.aborted) current = { ...token, freshUntil }
      return token
    } catch (error) {
      if (isGantryError(error)) throw error
      throw new GantryError('unavailable', 'No access token could be fetched: try again.', { cause: error })
    } finally {
      if (refresh?.ending === ending) refresh = undefined
      if (over?.aborted === true) ending.abort(over.reason)
    }
  }

  function begin(): Refresh {
    const ending = new AbortController()
    return { token: fetched(ending), ending, waiting: 0 }
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
async function abandonable<Value>(
  promise: Promise<Value>,
  signal: Signal | undefined,
  failure: (signal: Signal) => GantryError = cancelled,
): Promise<Value> {
  const aborted = Promise.withResolvers<never>()
  const stop = () => signal && aborted.reject(failure(signal))
  signal?.addEventListener('abort', stop)
  try {
    return await Promise.race([promise, aborted.promise])
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}
