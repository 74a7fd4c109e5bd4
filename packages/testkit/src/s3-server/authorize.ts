import type { Identity } from './protocol/authenticate.ts'
import type { S3Operation } from './protocol/operation.ts'
import { S3Error } from './protocol/s3-error.ts'
import type { World } from './state/world.ts'

/** What anyone may do with a public bucket. */
const anonymous: ReadonlySet<S3Operation> = new Set<S3Operation>([
  'GetObject',
  'HeadObject',
  'HeadBucket',
  'ListObjects',
  'ListObjectsV2',
])

const reads = /^(?:Get|Head|List)/

/** Throws AccessDenied for what the sender may not do. */
export function authorize(
  world: World,
  identity: Identity | undefined,
  operation: S3Operation,
  bucketName: string,
): void {
  // A browser asks this before it can sign anything.
  if (operation === 'Preflight') return
  if (identity) {
    if (identity.credential.access !== 'read' || reads.test(operation)) return
  } else if (anonymous.has(operation)) {
    const bucket = world.buckets.get(bucketName)
    // That a bucket does not exist is no secret on S3.
    if (!bucket) throw new S3Error('NoSuchBucket')
    if (bucket.public) return
  }
  throw new S3Error('AccessDenied')
}
