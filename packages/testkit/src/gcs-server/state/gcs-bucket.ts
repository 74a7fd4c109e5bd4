import { keyIndex, type KeyIndex } from '../../s3-server/state/key-index.ts'
import { GcsError } from '../protocol/gcs-error.ts'
import type { GcsObject } from './gcs-object.ts'
import type { MultipartUpload } from './multipart-upload.ts'

export interface GcsBucket {
  readonly name: string
  readonly created: number
  metageneration: number
  versioning: boolean
  /** Anyone may read and list. */
  readonly public: boolean
  storageClass: string
  /** Seconds for which nothing may be removed or replaced. */
  retentionPeriod: number | undefined
  /** Objects may have a retention of their own. */
  readonly objectRetention: boolean
  defaultEventBasedHold: boolean
  readonly live: KeyIndex<GcsObject>
  /** Noncurrent generations, oldest first. */
  readonly archived: Map<string, GcsObject[]>
  readonly multipart: Map<string, MultipartUpload>
}

export type NewGcsBucket = Pick<GcsBucket, 'name' | 'created' | 'public'> &
  Partial<
    Pick<GcsBucket, 'versioning' | 'storageClass' | 'retentionPeriod' | 'objectRetention' | 'defaultEventBasedHold'>
  >

export function newBucket(given: NewGcsBucket): GcsBucket {
  return {
    metageneration: 1,
    versioning: false,
    storageClass: 'STANDARD',
    retentionPeriod: undefined,
    objectRetention: false,
    defaultEventBasedHold: false,
    ...given,
    live: keyIndex(),
    archived: new Map(),
    multipart: new Map(),
  }
}

/** Limits of the documentation, and the two bytes that no name has. */
export function checkObjectName(name: string): void {
  const length = Buffer.byteLength(name)
  const wrong = length < 1 || length > 1024 || /[\r\n]/u.test(name) || name === '.' || name === '..'
  if (wrong) throw new GcsError('invalid', { message: 'Disallowed object name.' })
}

export function checkBucketName(name: string): void {
  if (!/^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/u.test(name)) {
    throw new GcsError('invalid', { message: 'Invalid bucket name.' })
  }
}

/** The generation that is asked for, else the live one. */
export function findObject(bucket: GcsBucket, name: string, generation?: string | null): GcsObject | undefined {
  const live = bucket.live.get(name)
  if (generation === undefined || generation === null || live?.generation === generation) return live
  return bucket.archived.get(name)?.find((object) => object.generation === generation)
}

export function requireObject(bucket: GcsBucket, name: string, generation?: string | null): GcsObject {
  const found = findObject(bucket, name, generation)
  if (found === undefined) throw new GcsError('noObject', { message: `No such object: ${bucket.name}/${name}` })
  return found
}

/** Until when nothing may remove or replace the object; milliseconds since the epoch. */
export function retainedUntil(bucket: GcsBucket, object: GcsObject): number {
  const byPolicy = bucket.retentionPeriod === undefined ? 0 : object.created + bucket.retentionPeriod * 1000
  const own = Date.parse(object.fields.retention?.retainUntilTime ?? '')
  return Math.max(byPolicy, Number.isNaN(own) ? 0 : own)
}

/** Holds and retention, which stand before every removal and replacement. */
export function refuseProtected(bucket: GcsBucket, object: GcsObject | undefined, now: number): void {
  if (object === undefined) return
  if (object.fields.temporaryHold === true || object.fields.eventBasedHold === true) throw new GcsError('held')
  if (retainedUntil(bucket, object) > now) throw new GcsError('retained')
}

/** Makes `object` the live one, or leaves none. */
export async function replaceLive(bucket: GcsBucket, name: string, object: GcsObject | undefined): Promise<void> {
  const before = bucket.live.get(name)
  if (object === undefined) bucket.live.delete(name)
  else bucket.live.set(name, object)
  if (before === undefined) return
  if (bucket.versioning) bucket.archived.set(name, [...(bucket.archived.get(name) ?? []), before])
  else await before.bytes.release()
}
