import type { CallOptions, Store } from '@gantry/core'

/** How a share may be used; what a keeper cannot hold is `unsupported`, never ignored. */
export interface ShareTerms {
  /** Seconds. */
  readonly expiresIn?: number | undefined
  readonly maxOpens?: number | undefined
  /** Opening needs an access token as well. */
  readonly tokenRequired?: boolean | undefined
}

/** What a keeper is given of a new share: nothing that opens it. */
export interface NewShare extends ShareTerms {
  readonly id: string
  /** Path of the object that holds the encrypted metadata. */
  readonly metadata: string
  /** Paths of all other objects that the share names. */
  readonly objects: readonly string[]
  readonly keyLock?: Uint8Array | undefined
}

/** A share as whoever has its id finds it. */
export interface KeptShare {
  readonly metadata: string
  readonly keyLock?: Uint8Array | undefined
  /** Reads the share's objects. */
  readonly store: Store
}

/** A share as its owner sees it; times in milliseconds since the epoch. */
export interface ShareSummary {
  readonly id: string
  /** The account that made it, where whoever asks is an admin of the hub. */
  readonly owner?: string | undefined
  readonly created: number
  readonly expires?: number | undefined
  readonly maxOpens?: number | undefined
  /** `undefined` where nobody counts. */
  readonly opens?: number | undefined
  readonly revoked?: number | undefined
  readonly passphrase: boolean
  /** Whether opening it takes a token of the hub; `undefined` for a store, where it takes the store. */
  readonly tokenRequired?: boolean | undefined
  /** Objects that it names, its metadata included, and their bytes; `undefined` where nobody counts. */
  readonly objects?: number | undefined
  readonly bytes?: number | undefined
}

/** One thing that happened to a share; `by` is an account, `undefined` for who came without a token. */
export interface ShareEvent {
  readonly at: number
  readonly event: 'created' | 'opened' | 'refused' | 'revoked' | 'expired'
  readonly by?: string | undefined
  readonly reason?: string | undefined
}

/** Who hands out shares. */
export interface ShareOpener {
  /** Without a passphrase at hand, a share that needs one may be `unauthenticated`, so that it is not counted. */
  open(id: string, call: CallOptions & { readonly passphrase?: 'none' | undefined }): Promise<KeptShare>
}

/** Where shares are recorded: a hub, or the store itself. */
export interface ShareKeeper extends ShareOpener {
  /** URL for links; `undefined` for shares that only who has the store can open. */
  readonly hub: string | undefined
  /** Where metadata is kept, and objects that shares claim. */
  readonly store: Store
  /** `unsupported` for terms that it cannot hold: asked before anything is uploaded. */
  checkTerms(terms: ShareTerms): void
  create(share: NewShare, call: CallOptions): Promise<void>
  /** Ends a share; succeeds also when it is over already. */
  revoke(id: string, call: CallOptions): Promise<void>
  /** Newest first. */
  list(call: CallOptions): AsyncIterable<ShareSummary>
  audit(id: string, call: CallOptions): Promise<readonly ShareEvent[]>
  /** Keeps objects that no share names, or no longer. */
  lock(paths: readonly string[], call: CallOptions): Promise<void>
}
