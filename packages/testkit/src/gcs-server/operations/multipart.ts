import { randomBytes } from 'node:crypto'

import { joinedBytes } from '../../s3-server/bytes/joined-bytes.ts'
import { encodePath } from '../../s3-server/protocol/uri.ts'
import { writeXml, type XmlContent } from '../../s3-server/protocol/write-xml.ts'
import { compareKeys } from '../../s3-server/state/key-order.ts'
import { GcsError } from '../protocol/gcs-error.ts'
import { checkHashes, formatHashes, RunningHashes } from '../protocol/hashes.ts'
import { noPreconditions } from '../protocol/preconditions.ts'
import { checkObjectName } from '../state/gcs-bucket.ts'
import { etagOf } from '../state/gcs-object.ts'
import type { MultipartUpload, UploadedPart } from '../state/multipart-upload.ts'
import { commit } from './commit.ts'
import { combinedCrc } from './copy-object.ts'
import { flippedBytes } from './flipped-bytes.ts'
import { bucketOf, type GcsAnswer, type GcsContext, type GcsHandler } from './gcs-context.ts'
import { fieldsOfHeaders, hashesOfHeaders } from './object-fields.ts'
import { receive, receiveText } from './receive.ts'

const mostParts = 10_000

/** Uploads in parts of the XML API. They honour no preconditions: GCS does not either. */
export const startMultipart: GcsHandler = (context) => {
  const { world, request } = context
  const bucket = bucketOf(context)
  checkObjectName(request.object)
  const id = randomBytes(32).toString('base64url')
  const fields = fieldsOfHeaders(request.headers, bucket)
  bucket.multipart.set(id, { id, name: request.object, fields, started: world.now(), parts: new Map() })
  return xml('InitiateMultipartUploadResult', { Bucket: bucket.name, Key: request.object, UploadId: id })
}

export const putMultipart: GcsHandler = async (context) => {
  const { world, request } = context
  const upload = uploadOf(context)
  const number = Number(request.query.get('partNumber'))
  if (!Number.isInteger(number) || number < 1 || number > mostParts) throw new GcsError('invalid')
  const running = new RunningHashes()
  const { bytes, failure } = await receive(context, (chunk) => running.update(chunk))
  const hashes = running.finish()
  try {
    if (failure !== undefined) throw failure
    if (!world.store.discards) checkHashes([hashesOfHeaders(request.headers)], hashes)
    // It may have been aborted meanwhile.
    uploadOf(context)
  } catch (error) {
    await bytes.release()
    throw error
  }
  await upload.parts.get(number)?.bytes.release()
  const etag = `"${Buffer.from(hashes.md5, 'base64').toString('hex')}"`
  const stored = flippedBytes(bytes, context.interference.flipStored)
  upload.parts.set(number, { bytes: stored, etag, crc32c: hashes.crc32c, modified: world.now() })
  return { status: 200, headers: { etag, 'x-goog-hash': formatHashes(hashes), 'content-length': 0 } }
}

export const listMultipartParts: GcsHandler = (context) => {
  const { query } = context.request
  const upload = uploadOf(context)
  const after = Number(query.get('part-number-marker') ?? 0)
  const limit = Math.min(Number(query.get('max-parts') ?? 1000), 1000)
  const rest = [...upload.parts].filter(([number]) => number > after).sort(([left], [right]) => left - right)
  const page = rest.slice(0, limit)
  return xml('ListPartsResult', {
    Bucket: context.request.bucket,
    Key: upload.name,
    UploadId: upload.id,
    PartNumberMarker: after,
    NextPartNumberMarker: page.at(-1)?.[0],
    MaxParts: limit,
    IsTruncated: rest.length > page.length,
    Part: page.map(([number, part]) => ({
      PartNumber: number,
      LastModified: new Date(part.modified).toISOString(),
      ETag: part.etag,
      Size: part.bytes.size,
    })),
  })
}

export const completeMultipart: GcsHandler = async (context) => {
  const { world } = context
  const text = await receiveText(context)
  const bucket = bucketOf(context)
  const upload = uploadOf(context)
  const parts = partsOf(text, upload, world.minimumPartSize)
  bucket.multipart.delete(upload.id)
  for (const { bytes } of parts) bytes.hold()
  await Promise.all([...upload.parts.values()].map(async ({ bytes }) => await bytes.release()))
  const object = await commit(world, bucket, {
    name: upload.name,
    bytes: joinedBytes(parts.map(({ bytes }) => bytes)),
    fields: upload.fields,
    conditions: noPreconditions,
    hashes: { crc32c: combinedCrc(parts) },
    componentCount: parts.length,
  })
  const content = { Bucket: bucket.name, Key: object.name, ETag: `"${etagOf(object)}"` }
  return xml('CompleteMultipartUploadResult', content, { 'x-goog-hash': `crc32c=${object.crc32c}` })
}

function partsOf(text: string, { parts }: MultipartUpload, minimum: number): readonly UploadedPart[] {
  const listed: UploadedPart[] = []
  let before = 0
  for (const [, part = ''] of text.matchAll(/<Part>(.*?)<\/Part>/gsu)) {
    const number = Number(/<PartNumber>(\d+)<\/PartNumber>/u.exec(part)?.[1])
    const etag = /<ETag>(?:"|&quot;)?([^<"&]+)/u.exec(part)?.[1]
    const found = parts.get(number)
    if (number <= before) throw new GcsError('invalidPartOrder')
    if (found === undefined || found.etag !== `"${etag}"`) throw new GcsError('invalidPart')
    listed.push(found)
    before = number
  }
  if (listed.length === 0) throw new GcsError('invalid')
  if (listed.slice(0, -1).some(({ bytes }) => bytes.size < minimum)) throw new GcsError('entityTooSmall')
  return listed
}

export const abortMultipart: GcsHandler = async (context) => {
  const upload = uploadOf(context)
  bucketOf(context).multipart.delete(upload.id)
  await Promise.all([...upload.parts.values()].map(async ({ bytes }) => await bytes.release()))
  return { status: 204, headers: {} }
}

export const listMultipart: GcsHandler = (context) => {
  const { query, bucket: name } = context.request
  const prefix = query.get('prefix') ?? ''
  const encodes = query.get('encoding-type') === 'url'
  const limit = Math.min(Number(query.get('max-uploads') ?? 1000), 1000)
  const after = [query.get('key-marker') ?? '', query.get('upload-id-marker') ?? ''] as const
  const order = (key: string, id: string) =>
    compareKeys(key, after[0]) || (after[1] === '' ? 0 : compareKeys(id, after[1]))
  const rest = [...bucketOf(context).multipart.values()]
    .filter((upload) => upload.name.startsWith(prefix) && order(upload.name, upload.id) > 0)
    .sort((left, right) => compareKeys(left.name, right.name) || compareKeys(left.id, right.id))
  const page = rest.slice(0, limit)
  const keyOf = (key: string) => (encodes ? encodePath(key) : key)
  const last = page.at(-1)
  const truncated = rest.length > page.length
  return xml('ListMultipartUploadsResult', {
    Bucket: name,
    Prefix: keyOf(prefix),
    ...(encodes && { EncodingType: 'url' }),
    ...(truncated && last !== undefined && { NextKeyMarker: keyOf(last.name), NextUploadIdMarker: last.id }),
    MaxUploads: limit,
    IsTruncated: truncated,
    Upload: page.map((upload) => ({
      Key: keyOf(upload.name),
      UploadId: upload.id,
      StorageClass: upload.fields.storageClass ?? 'STANDARD',
      Initiated: new Date(upload.started).toISOString(),
    })),
  })
}

function uploadOf(context: GcsContext): MultipartUpload {
  const { query, object } = context.request
  const upload = bucketOf(context).multipart.get(query.get('uploadId') ?? '')
  if (upload === undefined || upload.name !== object) throw new GcsError('noUpload')
  return upload
}

function xml(root: string, content: XmlContent, headers: GcsAnswer['headers'] = {}): GcsAnswer {
  return {
    status: 200,
    headers: { 'content-type': 'application/xml; charset=UTF-8', ...headers },
    body: writeXml(root, content),
  }
}
