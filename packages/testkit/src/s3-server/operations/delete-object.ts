import { emptyAnswer, type S3Answer, xmlAnswer } from '../protocol/answer.ts'
import { checkWrite, conditionsOf } from '../protocol/conditions.ts'
import { childrenOf, readXml, requiredText, textOf } from '../protocol/read-xml.ts'
import { S3Error } from '../protocol/s3-error.ts'
import type { XmlContent } from '../protocol/write-xml.ts'
import type { Bucket } from '../state/bucket.ts'
import { checkRemovable } from '../state/object-lock.ts'
import { addVersion, currentObject, newDeleteMarker, removeVersion } from '../state/versions.ts'
import { bucketOf, bypassesGovernance, type S3Context } from './context.ts'
import { receiveText } from './receive-body.ts'

interface Deleted {
  /** The version that is gone, or the marker that was put; undefined where nothing was ever versioned. */
  readonly versionId: string | undefined
  readonly deleteMarker: boolean
}

/** Deleting what is not there succeeds, as S3 has it. */
async function deleteKey(
  context: S3Context,
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
): Promise<Deleted> {
  const versions = bucket.objects.get(key) ?? []
  if (versionId === undefined && bucket.versioning) {
    const marker = newDeleteMarker(bucket, context.world.now())
    await addVersion(bucket, key, marker)?.release()
    return { versionId: marker.versionId, deleteMarker: true }
  }
  const version = versionId === undefined ? versions[0] : versions.find((one) => one.versionId === versionId)
  if (!version) return { versionId, deleteMarker: false }
  if (version.kind === 'object') checkRemovable(version, context.world.now(), bypassesGovernance(context))
  await removeVersion(bucket, key, version)?.release()
  return { versionId, deleteMarker: version.kind === 'delete-marker' }
}

export async function deleteObject(context: S3Context): Promise<S3Answer> {
  const { key, query, headers } = context.request
  const bucket = bucketOf(context)
  const { ifMatch } = conditionsOf(headers)
  checkWrite({ ifMatch }, currentObject(bucket, key))
  const deleted = await deleteKey(context, bucket, key, query.get('versionId'))
  return emptyAnswer(204, {
    'x-amz-version-id': deleted.versionId,
    'x-amz-delete-marker': deleted.deleteMarker ? 'true' : undefined,
  })
}

export async function deleteObjects(context: S3Context): Promise<S3Answer> {
  const bucket = bucketOf(context)
  const { headers } = context.request
  if (![...headers.keys()].some((name) => name === 'content-md5' || name.startsWith('x-amz-checksum-'))) {
    throw new S3Error('InvalidRequest', {
      message: 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*',
    })
  }
  const wanted = readXml(await receiveText(context), 'Delete')
  const objects = childrenOf(wanted, 'Object')
  if (objects.length === 0 || objects.length > 1000) throw new S3Error('MalformedXML')
  const quiet = textOf(wanted, 'Quiet') === 'true'
  const done: XmlContent[] = []
  const failed: XmlContent[] = []
  for (const object of objects) {
    const Key = requiredText(object, 'Key')
    const VersionId = textOf(object, 'VersionId')
    try {
      const deleted = await deleteKey(context, bucket, Key, VersionId)
      done.push({
        Key,
        VersionId,
        DeleteMarker: deleted.deleteMarker || undefined,
        DeleteMarkerVersionId: deleted.deleteMarker ? deleted.versionId : undefined,
      })
    } catch (error) {
      if (!(error instanceof S3Error)) throw error
      failed.push({ Key, VersionId, Code: error.code, Message: error.message })
    }
  }
  return xmlAnswer('DeleteResult', { Deleted: quiet ? [] : done, Error: failed })
}
