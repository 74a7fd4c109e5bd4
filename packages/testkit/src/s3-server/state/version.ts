import type { StoredBytes } from '../bytes/stored-bytes.ts'
import type { Checksum } from '../checksum/algorithm.ts'

export interface Tag {
  readonly key: string
  readonly value: string
}

export type RetentionMode = 'GOVERNANCE' | 'COMPLIANCE'

export interface Retention {
  readonly mode: RetentionMode
  /** Milliseconds since 1970. */
  readonly until: number
}

/** A part of a multipart object, as it stays known after completion. */
export interface ObjectPart {
  readonly number: number
  readonly size: number
  readonly checksum: string | undefined
}

/** What the writer of an object says about it. */
export interface ObjectAttributes {
  /** Content-Type and its like, as they are returned. */
  readonly headers: Readonly<Record<string, string>>
  /** The `x-amz-meta-` headers, with their prefix. */
  readonly metadata: Readonly<Record<string, string>>
  readonly storageClass: string
  readonly tags: readonly Tag[]
  readonly retention: Retention | undefined
  readonly legalHold: boolean
}

export interface ObjectVersion extends Omit<ObjectAttributes, 'tags' | 'retention' | 'legalHold'> {
  readonly kind: 'object'
  /** `null` where versioning was off. */
  readonly versionId: string
  readonly modified: number
  readonly bytes: StoredBytes
  /** Without quotes. */
  readonly etag: string
  readonly checksum: Checksum | undefined
  readonly parts: readonly ObjectPart[] | undefined
  tags: readonly Tag[]
  retention: Retention | undefined
  legalHold: boolean
  /** A request to restore it from Glacier. */
  thaw?: Thaw
}

/** Milliseconds since 1970: when it can be read, and when no longer. */
export interface Thaw {
  readonly ready: number
  readonly until: number
}

export interface DeleteMarker {
  readonly kind: 'delete-marker'
  readonly versionId: string
  readonly modified: number
}

export type Version = ObjectVersion | DeleteMarker
