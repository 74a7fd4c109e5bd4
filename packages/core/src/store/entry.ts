import type { GantryError } from '../errors/gantry-error.ts'
import type { Digests } from './digest.ts'

/** What makes a DICOM instance that instance (PS3.3 C.12.1, PS3.10 7.1). */
export interface ImageIdentity {
  readonly studyInstanceUID: string
  readonly seriesInstanceUID: string
  readonly sopInstanceUID: string
  readonly sopClassUID: string
  /** Absent where a listing does not tell it. */
  readonly transferSyntaxUID?: string
  readonly numberOfFrames?: number
}

/** DICOM attributes by keyword, as far as a store or a header read knows them; never journalled. */
export type Attributes = { readonly [keyword: string]: string }

/** One object in a store. */
export interface Entry {
  /** Relative, `/`-separated, NFC; see `checkPath`. */
  readonly path: string
  /** Bytes; absent where the store learns it by reading alone. */
  readonly size?: number
  /** What the store says of the bytes it keeps; as far as the call that gave this entry learns it. */
  readonly digests?: Digests
  /** Milliseconds since the epoch. */
  readonly modified?: number
  /** Changes whenever the bytes do: an ETag, a generation, inode and times. Opaque. */
  readonly version?: string
  readonly contentType?: string
  /** How the bytes are encoded as they are kept, e.g. `gzip`; they are given as they are kept. */
  readonly contentEncoding?: string
  /** The storage's own name for its class, e.g. `STANDARD_IA`. */
  readonly tier?: string
  readonly image?: ImageIdentity
  readonly attributes?: Attributes
  /** Set of what a driver lists and is no entry: why; see `StoreDriver.list`. */
  readonly refused?: GantryError
}

/** An entry of a store that always knows how long it is. */
export type SizedEntry = Entry & { readonly size: number }

/** Names an entry to read; with a `version`, that version or `precondition_failed`. */
export interface EntryRef {
  readonly path: string
  readonly version?: string
  readonly size?: number
}

/** What is to be written. */
export interface NewEntry {
  readonly path: string
  /** Bytes; a driver may refuse (`unsupported`) to write without it. A body of another length is `integrity`. */
  readonly size?: number | undefined
  /** Known before the bytes pass: the driver lets the storage check what it can. */
  readonly digests?: Digests | undefined
  /**
   * What the caller has computed of the body by itself: to be asked when the body has ended, by a driver that tells the
   * storage a digest then, and need not compute it again.
   */
  readonly digested?: (() => Digests) | undefined
  readonly modified?: number | undefined
  readonly contentType?: string | undefined
  /** Kept where the storage has headers of its own; elsewhere readers have to look at the bytes. */
  readonly contentEncoding?: string | undefined
  /** Needs the ability `tier`. */
  readonly tier?: string | undefined
  /** Milliseconds since the epoch until which the storage must refuse removal; needs the ability `retain`. */
  readonly retainUntil?: number | undefined
  /** Only if nothing is there, else `already_exists`; needs the ability `conditional`. */
  readonly ifAbsent?: boolean | undefined
  /** Only over this version, else `precondition_failed`; needs the ability `conditional`. */
  readonly ifVersion?: string | undefined
  readonly image?: ImageIdentity | undefined
}

/** What is known of an entry some time before it is read or written. */
export type Expected = Pick<NewEntry, 'path' | 'size'>

/**
 * An entry and its bytes, as of one and the same moment. `entry.size` is of all of it, whatever the range, and absent
 * where that is known only when the body has ended.
 */
export interface Reading {
  readonly entry: Entry
  readonly body: AsyncIterable<Uint8Array>
}
