import type { StoredBytes } from '../../s3-server/bytes/stored-bytes.ts'
import { checkHashes, type Hashes, hashesOf } from '../protocol/hashes.ts'
import { checkWrite, type Preconditions } from '../protocol/preconditions.ts'
import { checkObjectName, type GcsBucket, refuseProtected, replaceLive } from '../state/gcs-bucket.ts'
import type { GcsObject, ObjectFields } from '../state/gcs-object.ts'
import type { GcsWorld } from '../state/gcs-world.ts'
import { flippedBytes } from './flipped-bytes.ts'

export interface NewObject {
  readonly name: string
  readonly bytes: StoredBytes
  readonly fields: ObjectFields
  readonly conditions: Preconditions
  /** What the client says of the bytes. */
  readonly claimed?: readonly Hashes[]
  /** Known already; else they are computed. */
  readonly hashes?: { readonly crc32c: string; readonly md5?: string | undefined }
  readonly componentCount?: number
  /** A bit of this byte flips in the store, once all was verified. */
  readonly flipStored?: number | undefined
}

const unlooked = { crc32c: 'AAAAAA==', md5: undefined }

/** Publishes an object, all of it at once; between the conditions and the change nothing else can happen. */
export async function commit(world: GcsWorld, bucket: GcsBucket, given: NewObject): Promise<GcsObject> {
  const { name, bytes, fields, conditions, claimed = [], componentCount } = given
  try {
    checkObjectName(name)
    const hashes = given.hashes ?? (world.store.discards ? unlooked : await hashesOf(bytes))
    if (!world.store.discards) checkHashes(claimed, { crc32c: hashes.crc32c, ...(hashes.md5 && { md5: hashes.md5 }) })
    const live = bucket.live.get(name)
    checkWrite(conditions, live)
    if (!bucket.versioning) refuseProtected(bucket, live, world.now())
    const now = world.now()
    const object: GcsObject = {
      bucket: bucket.name,
      name,
      generation: world.nextGeneration(),
      metageneration: 1,
      bytes: flippedBytes(bytes, given.flipStored),
      crc32c: hashes.crc32c,
      md5: hashes.md5,
      componentCount,
      created: now,
      updated: now,
      fields: {
        ...(bucket.defaultEventBasedHold && { eventBasedHold: true }),
        ...fields,
        storageClass: fields.storageClass ?? bucket.storageClass,
      },
    }
    await replaceLive(bucket, name, object)
    return object
  } catch (error) {
    await bytes.release()
    throw error
  }
}
