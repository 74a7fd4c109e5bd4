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

/** One access token that is kept fresh; what `createAccessTokens` makes. */
export interface AccessTokens {
  /** A token that lives for a while yet; fetched when needed, once for any number of callers. */
  get(signal?: Signal): Promise<string>
  /** Forgets a token that a service has refused, unless it was replaced already. */
  refuse(token: string): void
}
