import type { StoredBytes } from '../bytes/stored-bytes.ts'
import { type Checksum, checksumHeader } from '../checksum/algorithm.ts'
import { checkWrite, type Conditions } from '../protocol/conditions.ts'
import type { ObjectAttributes, ObjectPart, ObjectVersion } from '../state/version.ts'
import { addVersion, currentObject, nextVersionId } from '../state/versions.ts'
import { bucketOf, type S3Context } from './context.ts'

export interface NewObject {
  readonly bytes: StoredBytes
  readonly etag: string
  readonly checksum: Checksum | undefined
  readonly parts?: readonly ObjectPart[]
  readonly attributes: ObjectAttributes
  readonly conditions: Conditions
}

export interface Committed {
  readonly version: ObjectVersion
  /** For the caller to let go of. */
  readonly replaced: StoredBytes | undefined
}

/**
 * The one place where an object becomes visible. It is synchronous: of writers that race, exactly one finds its
 * conditions met.
 */
export function commitObject(context: S3Context, made: NewObject): Committed {
  const { key } = context.request
  const bucket = bucketOf(context)
  checkWrite(made.conditions, currentObject(bucket, key))
  const version: ObjectVersion = {
    kind: 'object',
    versionId: nextVersionId(bucket),
    modified: context.world.now(),
    bytes: made.bytes,
    etag: made.etag,
    checksum: made.checksum,
    parts: made.parts,
    ...made.attributes,
  }
  return { version, replaced: addVersion(bucket, key, version) }
}

/** How answers tell an object's checksum. */
export function checksumHeaders(checksum: Checksum | undefined): Record<string, string> {
  if (!checksum) return {}
  return { [checksumHeader(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type }
}

/** The same as elements of a document. */
export function checksumElements(checksum: Checksum | undefined): Record<string, string> {
  if (!checksum) return {}
  return { [`Checksum${checksum.algorithm}`]: checksum.value, ChecksumType: checksum.type }
}
