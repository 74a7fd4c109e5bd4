import type { BodyInterference } from '../../s3-server/operations/context.ts'
import type { S3Answer } from '../../s3-server/protocol/answer.ts'
import type { GcsRequest } from '../protocol/gcs-request.ts'
import type { GcsBucket } from '../state/gcs-bucket.ts'
import { type GcsWorld, requireBucket } from '../state/gcs-world.ts'

/** One request, as the operations see it: known to be allowed. */
export interface GcsContext {
  readonly world: GcsWorld
  readonly request: GcsRequest
  readonly interference: BodyInterference
  /** Tells a client that waits for `100 Continue` to go on. */
  proceed(): void
}

export type GcsAnswer = S3Answer
export type GcsHandler = (context: GcsContext) => GcsAnswer | Promise<GcsAnswer>

export function bucketOf({ world, request }: GcsContext): GcsBucket {
  return requireBucket(world, request.bucket)
}

export function jsonAnswer(value: unknown, headers: GcsAnswer['headers'] = {}): GcsAnswer {
  return {
    status: 200,
    headers: { 'content-type': 'application/json; charset=UTF-8', ...headers },
    body: JSON.stringify(value),
  }
}
