import { randomBytes } from 'node:crypto'
import { asChecksumAlgorithm, type Checksum } from '../checksum/algorithm.ts'
import { typesOf } from '../checksum/multipart-checksum.ts'
import { emptyAnswer, type S3Answer, xmlAnswer } from '../protocol/answer.ts'
import { parseRange } from '../protocol/range.ts'
import { S3Error } from '../protocol/s3-error.ts'
import type { Upload, UploadedPart } from '../state/bucket.ts'
import { checksumElements, checksumHeaders } from './commit-object.ts'
import { bucketOf, type S3Context } from './context.ts'
import { copyBytes, readCopySource } from './copy-source.ts'
import { readAttributes } from './object-attributes.ts'
import { checkKey } from './put-object.ts'
import { receiveBody } from './receive-body.ts'

export async function createMultipartUpload(context: S3Context): Promise<S3Answer> {
  const { request, world } = context
  const bucket = bucketOf(context)
  checkKey(request.key)
  const upload: Upload = {
    id: randomBytes(24).toString('base64url'),
    key: request.key,
    started: world.now(),
    attributes: readAttributes(request.headers, bucket, world.now()),
    checksum: wantedChecksum(request.headers),
    parts: new Map(),
  }
  bucket.uploads.set(upload.id, upload)
  const { checksum } = upload
  return xmlAnswer(
    'InitiateMultipartUploadResult',
    { Bucket: bucket.name, Key: upload.key, UploadId: upload.id },
    checksum && { 'x-amz-checksum-algorithm': checksum.algorithm, 'x-amz-checksum-type': checksum.type },
  )
}

function wantedChecksum(headers: ReadonlyMap<string, string>): Upload['checksum'] {
  const name = headers.get('x-amz-checksum-algorithm')
  const type = headers.get('x-amz-checksum-type')?.toUpperCase()
  if (name === undefined) {
    if (type === undefined) return undefined
    throw new S3Error('InvalidRequest', { message: 'The x-amz-checksum-type header needs x-amz-checksum-algorithm.' })
  }
  const algorithm = asChecksumAlgorithm(name)
  if (!algorithm) throw new S3Error('InvalidRequest', { message: 'Checksum algorithm provided is unsupported.' })
  const types = typesOf(algorithm)
  const chosen = type === undefined ? types[0] : types.find((one) => one === type)
  if (!chosen) {
    throw new S3Error('InvalidRequest', {
      message: `The ${type ?? ''} checksum type cannot be used with the ${algorithm} checksum algorithm.`,
    })
  }
  return { algorithm, type: chosen }
}

/** Throws NoSuchUpload. */
export function requireUpload(context: S3Context): Upload {
  const { key, query } = context.request
  const upload = bucketOf(context).uploads.get(query.get('uploadId') ?? '')
  if (!upload || upload.key !== key) throw new S3Error('NoSuchUpload')
  return upload
}

export async function abortMultipartUpload(context: S3Context): Promise<S3Answer> {
  const upload = requireUpload(context)
  bucketOf(context).uploads.delete(upload.id)
  await Promise.all([...upload.parts.values()].map((part) => part.bytes.release()))
  return emptyAnswer(204)
}

export async function uploadPart(context: S3Context): Promise<S3Answer> {
  const upload = requireUpload(context)
  const number = partNumber(context)
  const received = await receiveBody(context, upload.checksum?.algorithm)
  const { claimed } = received
  if (claimed && upload.checksum && claimed.algorithm !== upload.checksum.algorithm) {
    await received.bytes.release()
    throw new S3Error('InvalidRequest', {
      message: `Checksum Type mismatch occurred, expected ${upload.checksum.algorithm}, actual ${claimed.algorithm}`,
    })
  }
  const algorithm = upload.checksum?.algorithm
  const checksum = algorithm && (received.checksums.get(algorithm) ?? claimed?.value)
  await addPart(context, upload, { ...received, number, checksum, modified: context.world.now() })
  return emptyAnswer(200, {
    etag: `"${received.etag}"`,
    ...partChecksumHeaders(claimed ?? (algorithm && checksum ? { algorithm, value: checksum } : undefined)),
  })
}

function partChecksumHeaders(checksum: Omit<Checksum, 'type'> | undefined): Record<string, string> {
  const headers = checksumHeaders(checksum && { ...checksum, type: 'FULL_OBJECT' })
  // A part's checksum has no type of its own.
  delete headers['x-amz-checksum-type']
  return headers
}

export async function uploadPartCopy(context: S3Context): Promise<S3Answer> {
  const upload = requireUpload(context)
  const number = partNumber(context)
  const { version } = readCopySource(context)
  const size = version.bytes.size
  const range = context.request.headers.get('x-amz-copy-source-range')
  const span = parseRange(range, size) ?? { start: 0, end: size }
  const algorithm = upload.checksum?.algorithm
  const copied = await copyBytes(context, version, span, algorithm)
  const checksum = algorithm && copied.checksums.get(algorithm)
  const modified = context.world.now()
  await addPart(context, upload, { ...copied, number, checksum, modified })
  const elements = algorithm && checksum ? checksumElements({ algorithm, value: checksum, type: 'FULL_OBJECT' }) : {}
  delete elements['ChecksumType']
  return xmlAnswer('CopyPartResult', {
    ETag: `"${copied.etag}"`,
    LastModified: new Date(modified).toISOString(),
    ...elements,
  })
}

/** The part with the same number is replaced; an upload that ended in the meantime takes none. */
async function addPart(context: S3Context, upload: Upload, part: UploadedPart): Promise<void> {
  if (bucketOf(context).uploads.get(upload.id) !== upload) {
    await part.bytes.release()
    throw new S3Error('NoSuchUpload')
  }
  const { number, bytes, etag, modified, checksum } = part
  const before = upload.parts.get(number)
  upload.parts.set(number, { number, bytes, etag, modified, checksum })
  await before?.bytes.release()
}

function partNumber(context: S3Context): number {
  const number = Number(context.request.query.get('partNumber'))
  if (Number.isInteger(number) && number >= 1 && number <= 10_000) return number
  throw new S3Error('InvalidArgument', {
    message: 'Part number must be an integer between 1 and 10000, inclusive',
  })
}
