import { type GcsBucket, retainedUntil } from '../state/gcs-bucket.ts'
import { etagOf, type GcsObject } from '../state/gcs-object.ts'

const timeOf = (time: number) => new Date(time).toISOString()

/** An object as the JSON API tells of it. */
export function objectResource(
  bucket: GcsBucket,
  object: GcsObject,
  origin: string,
): Readonly<Record<string, unknown>> {
  const { name, generation, fields, bytes } = object
  const at = `${origin}/storage/v1/b/${bucket.name}/o/${encodeURIComponent(name)}`
  const until = bucket.retentionPeriod === undefined ? undefined : timeOf(retainedUntil(bucket, object))
  return {
    kind: 'storage#object',
    id: `${bucket.name}/${name}/${generation}`,
    selfLink: at,
    mediaLink: `${origin}/download/storage/v1/b/${bucket.name}/o/${encodeURIComponent(name)}?generation=${generation}&alt=media`,
    name,
    bucket: bucket.name,
    generation,
    metageneration: String(object.metageneration),
    storageClass: bucket.storageClass,
    ...fields,
    size: String(bytes.size),
    ...(object.md5 !== undefined && { md5Hash: object.md5 }),
    crc32c: object.crc32c,
    ...(object.componentCount !== undefined && { componentCount: object.componentCount }),
    etag: etagOf(object),
    timeCreated: timeOf(object.created),
    timeFinalized: timeOf(object.created),
    timeStorageClassUpdated: timeOf(object.created),
    updated: timeOf(object.updated),
    ...(until !== undefined && { retentionExpirationTime: until }),
  }
}
