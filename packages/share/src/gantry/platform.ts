import type { Cipher } from '@gantry/age'
import type { AccessTokens, GantryError, Hashing, Signal, Store, StoreDriver } from '@gantry/core'

/** One copy of every entry of a store to the same paths of another. */
export interface TransferRequest {
  /** Names this copy: an interrupted one of the same name goes on. 4 to 64 of a-z, 0-9 and `-`. */
  readonly name: string
  readonly from: Store
  readonly to: Store
  readonly signal?: Signal | undefined
  /** Nobody will ask for this copy again: nothing is kept of it when it fails. */
  readonly once?: boolean | undefined
  /** Bytes of the entries that are done or on their way. */
  readonly onProgress?: ((bytes: number) => void) | undefined
}

/** An entry that did not arrive, and why. */
export interface TransferFailure {
  readonly path: string
  readonly error: GantryError
}

/**
 * Copies with all that a transfer promises: parts, retries, digests compared. Answers what failed once everything was
 * tried; rejects with `cancelled` when stopped, and when the copy as a whole could not go on.
 */
export type Transfer = (request: TransferRequest) => Promise<readonly TransferFailure[]>

/** The objects of a hub as a store. */
export type OpenHubStore = (options: { readonly hub: string; readonly tokens: AccessTokens }) => StoreDriver

/** What differs between Node and browsers. */
export interface Platform {
  readonly cipher: Cipher
  /** SHA-256 at least. */
  readonly hashing: Hashing
  readonly transfer: Transfer
  readonly openHubStore: OpenHubStore
}
