import type { Identity } from '../protocol/authenticate.ts'
import type { S3Answer } from '../protocol/answer.ts'
import type { S3Request } from '../protocol/request.ts'
import { type Bucket } from '../state/bucket.ts'
import { requireBucket, type World } from '../state/world.ts'

/** What a fault does to a request's body on its way in. */
export interface BodyInterference {
  /** Called with the number of bytes so far. */
  received?(bytes: number): void | Promise<void>
  /** The offset of a stored byte to be flipped after it was verified. */
  readonly flipStored?: number
}

/** One request, as the operations see it: known to be allowed. */
export interface S3Context {
  readonly world: World
  readonly request: S3Request
  readonly identity: Identity | undefined
  readonly interference: BodyInterference
  /** Tells a client that waits for `100 Continue` to go on. */
  proceed(): void
}

export type S3Handler = (context: S3Context) => S3Answer | Promise<S3Answer>

export function bucketOf(context: S3Context): Bucket {
  return requireBucket(context.world, context.request.bucket)
}

export function bypassesGovernance(context: S3Context): boolean {
  return context.request.headers.get('x-amz-bypass-governance-retention')?.toLowerCase() === 'true'
}
