import type { KeyObject } from 'node:crypto'

import type { BytesStore } from '../../s3-server/bytes/stored-bytes.ts'
import { GcsError } from '../protocol/gcs-error.ts'
import type { GcsBucket } from './gcs-bucket.ts'
import type { ResumableUpload } from './resumable-upload.ts'

/** Who presents it may do what it permits. */
export interface GcsToken {
  readonly token: string
  /** Such as `storage.objects.get`. Default: all. */
  readonly permissions?: readonly string[]
}

export interface GcsWorld {
  readonly now: () => number
  readonly store: BytesStore
  /** Without any, everybody may do everything, as with other emulators. */
  readonly tokens: Map<string, GcsToken> | undefined
  /** Public keys of those who sign URLs, by their address. */
  readonly signers: Map<string, KeyObject>
  readonly buckets: Map<string, GcsBucket>
  readonly uploads: Map<string, ResumableUpload>
  readonly rewrites: Map<string, number>
  readonly minimumPartSize: number
  /** Microseconds, as GCS's own are, and never twice the same. */
  nextGeneration(): string
}

export function requireBucket({ buckets }: GcsWorld, name: string): GcsBucket {
  const bucket = buckets.get(name)
  if (bucket === undefined) throw new GcsError('noBucket')
  return bucket
}

export function generations(now: () => number): () => string {
  let last = 0
  return () => {
    last = Math.max(last + 1, Math.floor(now() * 1000))
    return String(last)
  }
}
