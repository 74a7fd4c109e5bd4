import { type AccessToken, type AccessTokens, createAccessTokens, GantryError } from '@gantry/core'

/** As `FetchToken`, and told when nobody waits any longer. */
export type FetchAccessToken = (call: { readonly signal: AbortSignal }) => Promise<AccessToken>

/** Milliseconds that a token may take. */
const longest = 30_000

/** Tokens that a function fetches, kept fresh; one that hangs is given up, though it may not look at its signal. */
export function fetchedTokens(
  fetch: FetchAccessToken,
  now: () => number,
  limit: () => AbortSignal = () => AbortSignal.timeout(longest),
): AccessTokens {
  return createAccessTokens({
    now,
    fetch: async () => {
      const signal = limit()
      const late = Promise.withResolvers<never>()
      const giveUp = () => late.reject(new GantryError('timeout', 'No access token came in 30 seconds: try again.'))
      signal.addEventListener('abort', giveUp, { once: true })
      try {
        return await Promise.race([late.promise, fetch({ signal })])
      } catch (error) {
        // What it says of being stopped itself is no news.
        if (signal.aborted) await late.promise
        throw error
      } finally {
        signal.removeEventListener('abort', giveUp)
      }
    },
  })
}
