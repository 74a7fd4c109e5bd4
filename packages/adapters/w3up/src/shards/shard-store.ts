import type { Bytes, Call } from '@gantry/core/driver'
import type { CID } from 'multiformats/cid'

/** A blob that is kept: a CAR shard, or the index of an archive unit. */
export interface Blob {
  /** Of all its bytes; codec CAR. */
  readonly cid: CID
  readonly size: number
  readonly kind: 'shard' | 'index'
}

/** A blob to be kept. */
export interface NewBlob extends Blob {
  /** Can be read again, for a second attempt. */
  readonly read: () => Bytes
}

/** What was put together into one DAG. */
export interface Publication {
  readonly root: CID
  readonly shards: readonly Blob[]
  readonly index: Blob
}

/**
 * Where the blobs of an archive lie: what its drivers fulfil. Names are CIDs, so whatever is there under a name is what
 * was meant, or damaged.
 */
export interface ShardStore {
  /** Begins the sentences of errors. */
  readonly name: string
  /** Anyone may read what is put there, maybe for ever: plaintext has to be allowed in so many words. */
  readonly isPublic: boolean
  /** Whether it is there as a whole. */
  has(blob: Blob, call: Call): Promise<boolean>
  /** All of it or nothing; the service compares the bytes with the CID where it can. */
  put(blob: NewBlob, call: Call): Promise<void>
  /** A range of a blob; `not_found`. */
  read(blob: Blob, range: { readonly start: number; readonly end: number }, call: Call): Promise<Bytes>
  /** Succeeds also when it is not there. */
  remove(blob: Blob, call: Call): Promise<void>
  /** What is there, whoever put it. */
  list(call: Call): AsyncIterable<Blob>
  /** Tells a service that these shards are one DAG; after they were put. */
  publish?(publication: Publication, call: Call): Promise<void>
  /** Takes that back; before they are removed. */
  unpublish?(publication: Publication, call: Call): Promise<void>
  close?(): Promise<void>
}
