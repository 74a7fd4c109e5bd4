import { GcsError } from '../protocol/gcs-error.ts'
import { checkWrite, preconditionsOf } from '../protocol/preconditions.ts'
import { checkBucketName, type GcsBucket, newBucket } from '../state/gcs-bucket.ts'
import { bucketOf, type GcsHandler, jsonAnswer } from './gcs-context.ts'
import { nameOf, receiveJson } from './receive.ts'

function bucketResource(bucket: GcsBucket, origin: string): Readonly<Record<string, unknown>> {
  const { name, created, metageneration, versioning, storageClass, retentionPeriod } = bucket
  return {
    kind: 'storage#bucket',
    id: name,
    name,
    selfLink: `${origin}/storage/v1/b/${name}`,
    projectNumber: '1',
    location: 'US',
    locationType: 'multi-region',
    storageClass,
    metageneration: String(metageneration),
    timeCreated: new Date(created).toISOString(),
    updated: new Date(created).toISOString(),
    etag: Buffer.from(String(metageneration)).toString('base64'),
    versioning: { enabled: versioning },
    defaultEventBasedHold: bucket.defaultEventBasedHold,
    ...(bucket.objectRetention && { objectRetention: { mode: 'Enabled' } }),
    ...(retentionPeriod !== undefined && { retentionPolicy: { retentionPeriod: String(retentionPeriod) } }),
  }
}

export const insertBucket: GcsHandler = async (context) => {
  const { world, request } = context
  const json = await receiveJson(context)
  const name = nameOf(json)
  checkBucketName(name)
  if (world.buckets.has(name)) throw new GcsError('bucketConflict')
  const objectRetention = request.query.get('enableObjectRetention') === 'true'
  const bucket = newBucket({ name, created: world.now(), public: false, objectRetention })
  change(bucket, json)
  world.buckets.set(name, bucket)
  return jsonAnswer(bucketResource(bucket, request.origin))
}

export const listBuckets: GcsHandler = ({ world, request }) => {
  const prefix = request.query.get('prefix') ?? ''
  const names = [...world.buckets.keys()].filter((name) => name.startsWith(prefix)).toSorted()
  const items = names.flatMap((name) => {
    const bucket = world.buckets.get(name)
    return bucket === undefined ? [] : [bucketResource(bucket, request.origin)]
  })
  return jsonAnswer({ kind: 'storage#buckets', items })
}

export const getBucket: GcsHandler = (context) => jsonAnswer(bucketResource(bucketOf(context), context.request.origin))

export const patchBucket: GcsHandler = async (context) => {
  const bucket = bucketOf(context)
  change(bucket, await receiveJson(context))
  bucket.metageneration += 1
  return jsonAnswer(bucketResource(bucket, context.request.origin))
}

export const deleteBucket: GcsHandler = (context) => {
  const bucket = bucketOf(context)
  checkWrite(preconditionsOf(context.request), undefined)
  if (bucket.live.size > 0 || bucket.archived.size > 0) throw new GcsError('bucketNotEmpty')
  context.world.buckets.delete(bucket.name)
  return { status: 204, headers: {} }
}

function change(bucket: GcsBucket, json: Readonly<Record<string, unknown>>): void {
  const { versioning, storageClass, retentionPolicy, defaultEventBasedHold } = json as {
    versioning?: { enabled?: boolean }
    storageClass?: string
    retentionPolicy?: { retentionPeriod?: string } | null
    defaultEventBasedHold?: boolean
  }
  if (versioning !== undefined) bucket.versioning = versioning.enabled === true
  if (storageClass !== undefined) bucket.storageClass = storageClass
  if (defaultEventBasedHold !== undefined) bucket.defaultEventBasedHold = defaultEventBasedHold
  if (retentionPolicy === null) bucket.retentionPeriod = undefined
  else if (retentionPolicy !== undefined) bucket.retentionPeriod = Number(retentionPolicy.retentionPeriod ?? 0)
}
