import { asChecksumAlgorithm, type Checksum, type ChecksumAlgorithm } from '../checksum/algorithm.ts'
import { type S3Answer, xmlAnswer } from '../protocol/answer.ts'
import { checkWrite, conditionsOf } from '../protocol/conditions.ts'
import { S3Error } from '../protocol/s3-error.ts'
import type { Bucket } from '../state/bucket.ts'
import type { ObjectAttributes } from '../state/version.ts'
import { currentObject, versionHeader } from '../state/versions.ts'
import { checksumElements, commitObject } from './commit-object.ts'
import { bucketOf, type S3Context } from './context.ts'
import { copyBytes, type CopySource, readCopySource } from './copy-source.ts'
import type { MeasuredBytes } from './measured-writer.ts'
import { readContentHeaders, readLock, readMetadata, readStorageClass, readTagging } from './object-attributes.ts'
import { checkKey } from './put-object.ts'

export async function copyObject(context: S3Context): Promise<S3Answer> {
  const { headers, key } = context.request
  const bucket = bucketOf(context)
  checkKey(key)
  const source = readCopySource(context)
  const attributes = copiedAttributes(context, bucket, source)
  const conditions = conditionsOf(headers)
  checkWrite(conditions, currentObject(bucket, key))
  const algorithm = requestedAlgorithm(headers) ?? source.version.checksum?.algorithm
  const { size } = source.version.bytes
  const copied = await copyBytes(context, source.version, { start: 0, end: size }, algorithm)
  const checksum = copiedChecksum(copied, algorithm)
  try {
    const { version, replaced } = commitObject(context, { ...copied, checksum, attributes, conditions })
    await replaced?.release()
    return xmlAnswer(
      'CopyObjectResult',
      {
        ETag: `"${version.etag}"`,
        LastModified: new Date(version.modified).toISOString(),
        ...checksumElements(checksum),
      },
      versionHeader(bucket, version.versionId),
    )
  } catch (error) {
    await copied.bytes.release()
    throw error
  }
}

function requestedAlgorithm(headers: ReadonlyMap<string, string>): ChecksumAlgorithm | undefined {
  const name = headers.get('x-amz-checksum-algorithm')
  return name === undefined ? undefined : asChecksumAlgorithm(name)
}

function copiedChecksum(copied: MeasuredBytes, algorithm: ChecksumAlgorithm | undefined): Checksum | undefined {
  const value = algorithm && copied.checksums.get(algorithm)
  return algorithm && value !== undefined ? { algorithm, type: 'FULL_OBJECT', value } : undefined
}

function copiedAttributes(context: S3Context, bucket: Bucket, source: CopySource): ObjectAttributes {
  const { headers, key } = context.request
  const replaces = headers.get('x-amz-metadata-directive') === 'REPLACE'
  const storageClass = readStorageClass(headers)
  if (source.bucket === bucket.name && source.key === key && !replaces && storageClass === undefined) {
    throw new S3Error('InvalidRequest', {
      message: 'This copy request is illegal because it is trying to copy an object to itself without a change.',
    })
  }
  const { version } = source
  return {
    headers: replaces ? readContentHeaders(headers) : version.headers,
    metadata: replaces ? readMetadata(headers) : version.metadata,
    storageClass: storageClass ?? 'STANDARD',
    tags: headers.get('x-amz-tagging-directive') === 'REPLACE' ? readTagging(headers) : version.tags,
    ...readLock(headers, bucket, context.world.now()),
  }
}
