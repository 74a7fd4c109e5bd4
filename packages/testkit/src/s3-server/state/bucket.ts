import type { StoredBytes } from '../bytes/stored-bytes.ts'
import type { ChecksumAlgorithm, ChecksumType } from '../checksum/algorithm.ts'
import { type KeyIndex, keyIndex } from './key-index.ts'
import type { ObjectAttributes, RetentionMode, Version } from './version.ts'

export interface CorsRule {
  readonly id: string | undefined
  readonly origins: readonly string[]
  readonly methods: readonly string[]
  readonly headers: readonly string[]
  readonly expose: readonly string[]
  readonly maxAge: number | undefined
}

/** The retention that an object without its own gets. */
export interface DefaultRetention {
  readonly mode: RetentionMode
  readonly days: number | undefined
  readonly years: number | undefined
}

export interface UploadedPart {
  readonly number: number
  readonly bytes: StoredBytes
  readonly etag: string
  readonly modified: number
  readonly checksum: string | undefined
}

export interface Upload {
  readonly id: string
  readonly key: string
  readonly started: number
  readonly attributes: ObjectAttributes
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly type: ChecksumType } | undefined
  readonly parts: Map<number, UploadedPart>
}

/** Remembered so that repeating a completion whose answer was lost gives that answer again. */
export interface CompletedUpload {
  readonly key: string
  /** Which parts were asked for. */
  readonly parts: string
  readonly versionId: string
  readonly etag: string
}

export interface Bucket {
  readonly name: string
  readonly created: number
  /** Anyone may read and list it. */
  readonly public: boolean
  /** Of each key, the newest version first; never an empty list. */
  readonly objects: KeyIndex<readonly Version[]>
  readonly uploads: Map<string, Upload>
  readonly completed: Map<string, CompletedUpload>
  versioning: 'Enabled' | 'Suspended' | undefined
  cors: readonly CorsRule[] | undefined
  objectLock: { readonly defaultRetention: DefaultRetention | undefined } | undefined
}

export interface NewBucket {
  readonly name: string
  readonly created: number
  readonly public: boolean
  readonly objectLock: boolean
}

export function newBucket({ name, created, public: open, objectLock }: NewBucket): Bucket {
  return {
    name,
    created,
    public: open,
    objects: keyIndex(),
    uploads: new Map(),
    completed: new Map(),
    // Object lock protects versions, so it comes with versioning.
    versioning: objectLock ? 'Enabled' : undefined,
    cors: undefined,
    objectLock: objectLock ? { defaultRetention: undefined } : undefined,
  }
}
