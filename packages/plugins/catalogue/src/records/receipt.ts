import type { Attributes, Digests, ImageIdentity } from '@gantry/core'

/** What is to be remembered of an entry that was stored. */
export interface NewReceipt {
  /** Within its location. Paths can name patients: do not log. */
  readonly path: string
  readonly bytes: number
  /** Hexadecimal. */
  readonly sha256: string
  /** When it was stored; milliseconds since the epoch, as all times. */
  readonly at: number
  /** The storage said what it stored, and it was compared. */
  readonly verified: boolean
  readonly version?: string
  /** What the storage said of the bytes, beside SHA-256: what it is asked for again by an audit. */
  readonly told?: Digests
  readonly modified?: number
  /** Of the bytes alone, where the storage names them so; that of a whole unit is `ArchiveUnit.root`. */
  readonly cid?: string
  readonly tier?: string
  readonly retainUntil?: number
  /** Since when the bytes are not there any more: taken away, or replaced. */
  readonly removed?: number
  readonly image?: ImageIdentity
  /** Of these `StudyDate`, `StudyDescription`, `PatientID`, `PatientName` and `Modality` are kept. */
  readonly attributes?: Attributes
}

/** Several entries that were stored as one thing with a name of its own: a CAR, say. */
export interface ArchiveUnit {
  /** CID of the whole. */
  readonly root: string
  /** CIDs of the pieces that it was cut into. */
  readonly shards: readonly string[]
  /** Which key opens it, where it is encrypted. */
  readonly key?: string
}

/** A receipt as the catalogue has it. */
export interface CatalogueReceipt extends NewReceipt {
  readonly id: number
  /** Where: opens again in another process; without credentials. */
  readonly location: string
  readonly unit?: ArchiveUnit
  /** When an audit saw it last. */
  readonly checked?: number
}
