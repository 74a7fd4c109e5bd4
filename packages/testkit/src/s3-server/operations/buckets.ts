import { emptyAnswer, type S3Answer, xmlAnswer } from '../protocol/answer.ts'
import { readXml, requiredText } from '../protocol/read-xml.ts'
import { S3Error } from '../protocol/s3-error.ts'
import { newBucket } from '../state/bucket.ts'
import { bucketOf, type S3Context } from './context.ts'
import { receiveText } from './receive-body.ts'

const bucketName = /^(?!xn--)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/

export function checkBucketName(name: string): void {
  if (!bucketName.test(name)) throw new S3Error('InvalidBucketName', { elements: { BucketName: name } })
}

export function listBuckets({ world }: S3Context): S3Answer {
  const buckets = [...world.buckets.values()].sort((left, right) => (left.name < right.name ? -1 : 1))
  return xmlAnswer('ListAllMyBucketsResult', {
    Owner: { ID: 'gantry', DisplayName: 'gantry' },
    Buckets: {
      Bucket: buckets.map(({ name, created }) => ({ Name: name, CreationDate: new Date(created).toISOString() })),
    },
  })
}

export async function createBucket(context: S3Context): Promise<S3Answer> {
  const { world, request } = context
  const name = request.bucket
  checkBucketName(name)
  const body = await receiveText(context)
  if (body.trim() !== '') readXml(body, 'CreateBucketConfiguration')
  if (world.buckets.has(name)) {
    // The oldest region alone answers as if it had made the bucket.
    if (world.region !== 'us-east-1') throw new S3Error('BucketAlreadyOwnedByYou')
  } else {
    const objectLock = request.headers.get('x-amz-bucket-object-lock-enabled')?.toLowerCase() === 'true'
    world.buckets.set(name, newBucket({ name, created: world.now(), public: false, objectLock }))
  }
  return emptyAnswer(200, { location: `/${name}` })
}

export function headBucket(context: S3Context): S3Answer {
  bucketOf(context)
  return emptyAnswer(200, { 'x-amz-bucket-region': context.world.region })
}

export function deleteBucket(context: S3Context): S3Answer {
  const bucket = bucketOf(context)
  if (bucket.objects.size > 0 || bucket.uploads.size > 0) throw new S3Error('BucketNotEmpty')
  context.world.buckets.delete(bucket.name)
  return emptyAnswer(204)
}

export function getBucketLocation(context: S3Context): S3Answer {
  bucketOf(context)
  const { region } = context.world
  // The oldest region has no name here.
  return xmlAnswer('LocationConstraint', region === 'us-east-1' ? '' : region)
}

export async function putBucketVersioning(context: S3Context): Promise<S3Answer> {
  const status = requiredText(readXml(await receiveText(context), 'VersioningConfiguration'), 'Status')
  if (status !== 'Enabled' && status !== 'Suspended') throw new S3Error('IllegalVersioningConfigurationException')
  const bucket = bucketOf(context)
  if (bucket.objectLock && status === 'Suspended') {
    throw new S3Error('InvalidBucketState', { message: 'Object Lock keeps the versioning state from being changed.' })
  }
  bucket.versioning = status
  return emptyAnswer()
}

export function getBucketVersioning(context: S3Context): S3Answer {
  return xmlAnswer('VersioningConfiguration', { Status: bucketOf(context).versioning })
}
