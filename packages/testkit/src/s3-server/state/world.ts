import type { BytesStore } from '../bytes/stored-bytes.ts'
import type { Gatekeeper } from '../protocol/authenticate.ts'
import { S3Error } from '../protocol/s3-error.ts'
import type { Bucket } from './bucket.ts'

/** All that the server knows. */
export interface World extends Gatekeeper {
  readonly buckets: Map<string, Bucket>
  readonly store: BytesStore
  /** Of all parts but the last, in bytes. */
  readonly minimumPartSize: number
  /** Milliseconds from a request to restore something from Glacier until it can be read. */
  readonly thawTime: number
}

export function requireBucket(world: World, name: string): Bucket {
  const bucket = world.buckets.get(name)
  if (!bucket) throw new S3Error('NoSuchBucket', { elements: { BucketName: name } })
  return bucket
}
