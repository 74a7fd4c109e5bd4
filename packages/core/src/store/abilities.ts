import type { DigestAlgorithm } from './digest.ts'

/** What one upload in parts may look like. */
export interface ResumableAbility {
  /** Bytes of every part but the last. */
  readonly minPartSize: number
  readonly maxPartSize: number
  readonly maxParts: number
  /** Parts of one upload may be on their way side by side; else they come one by one, in order. */
  readonly parallel: boolean
}

/** How much is committed, or fetched, as one. */
export type ParcelUnit = 'file' | 'instance' | 'series' | 'study' | { readonly entries: number; readonly bytes: number }

/** What a store declares that it can do: plain data, so that callers plan by it and never probe. */
export interface Abilities {
  /** Plain `write` of one entry; false for stores that only take parcels or nothing. */
  readonly write: boolean
  readonly remove: boolean
  /** `ifAbsent` and `ifVersion` hold against any number of racing writers. */
  readonly conditional: boolean
  /** A read with a `version` fails when the entry has changed, also in mid-body. */
  readonly versions: boolean
  /** Digests that `stat` tells of whatever was written here. */
  readonly digests: readonly DigestAlgorithm[]
  /** `given`: `NewEntry.modified` is kept and told again; `stored`: it is the store's own clock. */
  readonly modified: 'given' | 'stored'
  /** `path`: entries are listed in the order of their paths' UTF-8 bytes. */
  readonly order: 'path' | 'none'
  /** Longest path, and longest segment of one, in UTF-8 bytes. */
  readonly longestPath: number
  readonly longestSegment: number
  readonly resumable?: ResumableAbility
  readonly parcels?: { readonly unit: ParcelUnit; readonly fetch: boolean; readonly store: boolean }
  readonly query?: boolean
  readonly sign?: boolean
  readonly tier?: { readonly tiers: readonly string[] }
  readonly retain?: boolean
}
