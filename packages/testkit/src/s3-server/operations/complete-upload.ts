import { createHash } from 'node:crypto'
import { joinedBytes } from '../bytes/joined-bytes.ts'
import { type Checksum, checksumHeader } from '../checksum/algorithm.ts'
import { multipartChecksum } from '../checksum/multipart-checksum.ts'
import { type S3Answer, xmlAnswer } from '../protocol/answer.ts'
import { conditionsOf } from '../protocol/conditions.ts'
import { S3Error } from '../protocol/s3-error.ts'
import type { Bucket, CompletedUpload, Upload, UploadedPart } from '../state/bucket.ts'
import type { ObjectVersion } from '../state/version.ts'
import { versionHeader } from '../state/versions.ts'
import { badChecksum } from './claimed-checksum.ts'
import { checksumElements, commitObject } from './commit-object.ts'
import { bucketOf, type S3Context } from './context.ts'
import { type NamedPart, readPartList } from './part-list.ts'
import { requireUpload } from './multipart-upload.ts'
import { receiveUncheckedText } from './receive-body.ts'

export async function completeMultipartUpload(context: S3Context): Promise<S3Answer> {
  const { request, world } = context
  const bucket = bucketOf(context)
  const named = readPartList(await receiveUncheckedText(context))
  const list = named.map(({ number, etag }) => `${number}:${etag}`).join()
  const before = repeated(bucket, context, list)
  if (before) return answer(context, bucket, before.object, before.completed)

  const upload = requireUpload(context)
  const parts = choose(upload, named, world.minimumPartSize)
  const size = parts.reduce((sum, part) => sum + part.bytes.size, 0)
  checkSize(request.headers.get('x-amz-mp-object-size'), size)
  const checksum = wholeChecksum(upload, parts)
  checkGiven(request.headers, checksum)
  const raw = parts.map((part) => Buffer.from(part.etag, 'hex'))
  const etag = `${createHash('md5').update(Buffer.concat(raw)).digest('hex')}-${parts.length}`
  const { version: object, replaced } = commitObject(context, {
    bytes: joinedBytes(parts.map((part) => part.bytes)),
    etag,
    checksum,
    parts: parts.map((part) => ({ number: part.number, size: part.bytes.size, checksum: part.checksum })),
    attributes: upload.attributes,
    conditions: conditionsOf(request.headers),
  })
  bucket.uploads.delete(upload.id)
  const completed = { key: upload.key, parts: list, versionId: object.versionId, etag }
  bucket.completed.set(upload.id, completed)
  const unused = [...upload.parts.values()].filter((part) => !parts.includes(part))
  await replaced?.release()
  await Promise.all(unused.map((part) => part.bytes.release()))
  return answer(context, bucket, object, completed)
}

/** What the same request made before, where that is still there: an answer may have been lost on its way. */
function repeated(
  bucket: Bucket,
  context: S3Context,
  parts: string,
): { object: ObjectVersion; completed: CompletedUpload } | undefined {
  const { key, query } = context.request
  const completed = bucket.completed.get(query.get('uploadId') ?? '')
  if (completed?.key !== key || completed.parts !== parts) return undefined
  const object = bucket.objects
    .get(key)
    ?.find((version) => version.versionId === completed.versionId && version.kind === 'object')
  return object?.kind === 'object' && object.etag === completed.etag ? { object, completed } : undefined
}

function choose(upload: Upload, named: readonly NamedPart[], minimumSize: number): UploadedPart[] {
  for (const [index, { number }] of named.entries()) {
    if (number <= (named[index - 1]?.number ?? 0)) throw new S3Error('InvalidPartOrder')
  }
  const parts = named.map((one) => {
    const part = upload.parts.get(one.number)
    if (part?.etag !== one.etag) throw new S3Error('InvalidPart', { elements: { PartNumber: String(one.number) } })
    checkPartChecksum(upload, part, one)
    return part
  })
  const small = parts.slice(0, -1).find((part) => part.bytes.size < minimumSize)
  if (small) {
    throw new S3Error('EntityTooSmall', {
      elements: {
        PartNumber: String(small.number),
        ProposedSize: String(small.bytes.size),
        MinSizeAllowed: String(minimumSize),
      },
    })
  }
  return parts
}

/** Composite checksums stand on the list that the client sends, so the list must have them; as on AWS. */
function checkPartChecksum(upload: Upload, part: UploadedPart, named: NamedPart): void {
  if (!upload.checksum) return
  const given = named.checksums.get(upload.checksum.algorithm)
  if (given !== undefined && given !== part.checksum) throw new S3Error('InvalidPart')
  if (given === undefined && upload.checksum.type === 'COMPOSITE') {
    throw new S3Error('InvalidRequest', {
      message:
        `The upload was created using a ${upload.checksum.algorithm.toLowerCase()} checksum. The complete request must ` +
        `include the checksum for each part. It was missing for part ${part.number} in the request.`,
    })
  }
}

function wholeChecksum(upload: Upload, parts: readonly UploadedPart[]): Checksum | undefined {
  if (!upload.checksum) return undefined
  const known: { value: string; size: number }[] = []
  for (const part of parts) {
    // Only where bodies are discarded may a part have come without one.
    if (part.checksum === undefined) return undefined
    known.push({ value: part.checksum, size: part.bytes.size })
  }
  return multipartChecksum(upload.checksum.algorithm, upload.checksum.type, known)
}

/** The client may say what the whole's checksum must be, and of which type. */
function checkGiven(headers: ReadonlyMap<string, string>, checksum: Checksum | undefined): void {
  const type = headers.get('x-amz-checksum-type')
  if (type !== undefined && type.toUpperCase() !== checksum?.type) {
    throw new S3Error('InvalidRequest', { message: 'The checksum type is not that of the upload.' })
  }
  if (!checksum) return
  const given = headers.get(checksumHeader(checksum.algorithm))
  if (given !== undefined && given !== checksum.value) throw badChecksum(checksum.algorithm)
}

function checkSize(given: string | undefined, size: number): void {
  if (given !== undefined && Number(given) !== size) {
    throw new S3Error('InvalidRequest', { message: 'The x-amz-mp-object-size header is not the size of the parts.' })
  }
}

function answer(context: S3Context, bucket: Bucket, object: ObjectVersion, completed: CompletedUpload): S3Answer {
  return xmlAnswer(
    'CompleteMultipartUploadResult',
    {
      Location: `http://${context.request.headers.get('host') ?? ''}${context.request.path}`,
      Bucket: bucket.name,
      Key: completed.key,
      ETag: `"${completed.etag}"`,
      ...checksumElements(object.checksum),
    },
    versionHeader(bucket, object.versionId),
  )
}
