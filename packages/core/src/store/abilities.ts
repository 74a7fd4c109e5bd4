import type { DigestAlgorithm } from './digest.ts'
import type { ParcelsAbility } from './parcel.ts'

/** What one upload in parts may look like. */
export interface ResumableAbility {
  /** Bytes of every part but the last. */
  readonly minPartSize: number
  readonly maxPartSize: number
  readonly maxParts: number
  /** Parts of one upload may be on their way side by side; else they come one by one, in order. */
  readonly parallel: boolean
}

/** Which URLs can be signed. */
export interface SignAbility {
  /** Seconds that one may work. */
  readonly longest: number
}

/** How soon bytes are wanted, whatever the storage calls it: at once, now and then, hardly ever, hours after asking. */
export const tierWords = ['hot', 'cool', 'cold', 'frozen'] as const

/** One of `tierWords`. */
export type TierWord = (typeof tierWords)[number]

/** The classes of a storage. */
export interface TierAbility {
  /** The storage's own names. */
  readonly tiers: readonly string[]
  /** Which of them the common words mean; a storage without such a class leaves the word out. */
  readonly words?: Readonly<Partial<Record<TierWord, string>>>
  /** Those whose entries have to be thawed before they can be read; see `TierDriver.thaw`. */
  readonly frozen?: readonly string[]
}

/** What a store declares that it can do: plain data, so that callers plan by it and never probe. */
export interface Abilities {
  /** Plain `write` of one entry; false for stores that only take parcels or nothing. */
  readonly write: boolean
  readonly remove: boolean
  /** `write` has to be told how long a body is. */
  readonly sized?: boolean
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
  /** Entries lie in folders: none is below another, so `a/b` cannot be written where `a` is, nor `a` where `a/b` is. */
  readonly folders?: boolean
  /** Longest path, and longest segment of one, in UTF-8 bytes. */
  readonly longestPath: number
  readonly longestSegment: number
  /** Takes entries straight from other stores of its kind. */
  readonly direct?: boolean
  readonly resumable?: ResumableAbility
  readonly parcels?: ParcelsAbility
  /** Searches by DICOM attributes. */
  readonly query?: boolean
  /**
   * Where entries go that nobody gave a layout for: a template of UIDs such as `{StudyInstanceUID}/{SOPInstanceUID}`,
   * for stores whose paths name images, and that hold nothing else. Without one, paths are kept as they are.
   */
  readonly layout?: string
  readonly sign?: SignAbility
  readonly tier?: TierAbility
  readonly retain?: boolean
  /** Tells by the bytes themselves whether it still has what it was given, and mends them from copies; see `ProofDriver`. */
  readonly proof?: boolean
}
