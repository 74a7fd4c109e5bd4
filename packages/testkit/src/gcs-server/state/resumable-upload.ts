import { joinedBytes } from '../../s3-server/bytes/joined-bytes.ts'
import type { StoredBytes } from '../../s3-server/bytes/stored-bytes.ts'
import type { Hashes } from '../protocol/hashes.ts'
import type { Preconditions } from '../protocol/preconditions.ts'
import type { GcsObject, ObjectFields } from './gcs-object.ts'

/** Bytes are kept in multiples of this. */
export const quantum = 256 * 1024

/** An upload of the JSON API that may be gone on with, by whoever knows its URI. */
export interface ResumableUpload {
  readonly id: string
  readonly bucket: string
  readonly name: string
  readonly fields: ObjectFields
  readonly conditions: Preconditions
  readonly claimed: Hashes[]
  segments: StoredBytes[]
  state: 'open' | 'cancelled' | 'done'
  object: GcsObject | undefined
}

export function persistedSize({ segments }: ResumableUpload): number {
  return segments.reduce((sum, { size }) => sum + size, 0)
}

export function wholeOf({ segments }: ResumableUpload): StoredBytes {
  return joinedBytes(segments)
}

/** The first bytes of what was stored. */
export function beginningOf(bytes: StoredBytes, size: number): StoredBytes {
  return { ...bytes, size, read: (start, end) => bytes.read(start, Math.min(end, size)) }
}
