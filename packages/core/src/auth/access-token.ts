import type { Signal } from '../store/signal.ts'

/** A short-lived credential; milliseconds since the epoch. */
export interface AccessToken {
  readonly token: string
  readonly expires: number
}

/**
 * Gets a new one from whoever mints them; the contract that login methods implement. The signal is aborted when nobody waits
 * any longer, or all have waited for too long.
 */
export type FetchToken = (call: { readonly signal: Signal }) => Promise<AccessToken>

/**
 * One access token that is kept fresh; what `createAccessTokens` makes. It is refreshed `margin` ms before it expires (or half
 * its life before, if it lives shorter), with one refresh in flight for any number of callers. A caller that gives up does not
 * stop the refresh that others wait for; the last one that does ends it. A refresh that fails is tried again by the next caller,
 * and as long as the old token lives it is used meanwhile.
 */
export interface AccessTokens {
  /**
   * A token that lives for a while yet. Rejects with the `GantryError` that `fetch` does, with `unavailable` for whatever else it
   * throws, with `timeout` at its limit, with `cancelled`, and with `unauthenticated` where what was fetched is no token or does
   * not say when it expires, or says so in seconds.
   */
  get(signal?: Signal): Promise<string>
  /** Forgets a token that a service has refused, unless it was replaced already. */
  refuse(token: string): void
}
