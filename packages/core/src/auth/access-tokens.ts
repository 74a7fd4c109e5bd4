import { GantryError, isGantryError } from '../errors/gantry-error.ts'
import type { Signal } from '../store/signal.ts'
import type { AccessToken, AccessTokens, FetchToken } from './access-token.ts'

/**
 * Keeps one access token fresh: refreshed `margin` ms before it expires, with one refresh in flight for any number of
 * callers. A caller that gives up does not stop the refresh the others wait for; a refresh that fails is tried again by
 * the next caller, and as long as the old token lives it is used meanwhile.
 */
export function createAccessTokens(options: {
  readonly fetch: FetchToken
  /** Milliseconds since the epoch: a port, because core has no clock. */
  readonly now: () => number
  readonly margin?: number
}): AccessTokens {
  const { fetch, now, margin = 60_000 } = options
  let current: AccessToken | undefined
  let refresh: Promise<AccessToken> | undefined

  function start(): Promise<AccessToken> {
    refresh ??= fetch({ signal: undefined }).then(
      (fresh) => {
        refresh = undefined
        current = fresh
        return fresh
      },
      (error: unknown) => {
        refresh = undefined
        throw error
      },
    )
    return refresh
  }

  return {
    async get(signal) {
      const left = current === undefined ? -1 : current.expires - now()
      if (current !== undefined && left > margin) return current.token
      try {
        return (await abandonable(start(), signal)).token
      } catch (error) {
        const alive = current !== undefined && current.expires > now()
        if (alive && current !== undefined && !(isGantryError(error) && error.code === 'cancelled'))
          return current.token
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
  const cancelled = () => new GantryError('cancelled', 'Stopped on request.', { cause: signal.reason })
  if (signal.aborted) throw cancelled()
  let stop = () => {}
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(cancelled())
    signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
