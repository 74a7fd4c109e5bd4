import { gunzipSync } from 'node:zlib'

import { memoryBytes } from '../../s3-server/bytes/memory-bytes.ts'
import type { StoredBytes } from '../../s3-server/bytes/stored-bytes.ts'
import { formatHashes } from '../protocol/hashes.ts'
import { checkRead, preconditionsOf } from '../protocol/preconditions.ts'
import { parseRange } from '../protocol/range.ts'
import type { GcsRequest } from '../protocol/gcs-request.ts'
import { requireObject } from '../state/gcs-bucket.ts'
import { etagOf, type GcsObject } from '../state/gcs-object.ts'
import { bucketOf, type GcsAnswer, type GcsHandler, jsonAnswer } from './gcs-context.ts'
import { objectResource } from './object-resource.ts'

export const getObject: GcsHandler = (context) => {
  const { request } = context
  const bucket = bucketOf(context)
  const object = requireObject(bucket, request.object, request.query.get('generation'))
  if (checkRead(preconditionsOf(request), object, request) === 'not-modified') return { status: 304, headers: {} }
  return jsonAnswer(objectResource(bucket, object, request.origin), { etag: etagOf(object) })
}

/** The bytes; those of a gzipped object are unzipped for who does not say that he takes gzip, and then all of them. */
export const getMedia: GcsHandler = async (context) => {
  const { request } = context
  const bucket = bucketOf(context)
  const object = requireObject(bucket, request.object, request.query.get('generation'))
  const headers = mediaHeaders(object, request)
  if (checkRead(preconditionsOf(request), object, request) === 'not-modified') return { status: 304, headers }
  if (transcodes(object, request)) return await unzippedAnswer(object, headers)
  const { bytes } = object
  const span = parseRange(request.headers.get('range'), bytes.size)
  const encoding = { 'content-encoding': object.fields.contentEncoding }
  const { start, end } = span ?? { start: 0, end: bytes.size }
  bytes.hold()
  return {
    status: span === undefined ? 200 : 206,
    headers: {
      ...headers,
      ...encoding,
      'accept-ranges': 'bytes',
      'content-length': end - start,
      ...(span !== undefined && { 'content-range': `bytes ${start}-${end - 1}/${bytes.size}` }),
    },
    body: { bytes, start, end },
  }
}

function transcodes({ fields }: GcsObject, { headers }: GcsRequest): boolean {
  if (fields.contentEncoding !== 'gzip' || fields.cacheControl?.includes('no-transform') === true) return false
  return !/\bgzip\b/u.test(headers.get('accept-encoding') ?? '')
}

/** Whatever range was asked for. */
async function unzippedAnswer({ bytes }: GcsObject, headers: GcsAnswer['headers']): Promise<GcsAnswer> {
  const unzipped = await unzip(bytes)
  return {
    status: 200,
    headers: { ...headers, warning: '214 UploadServer gunzipped', vary: 'Accept-Encoding' },
    body: { bytes: unzipped, start: 0, end: unzipped.size },
  }
}

async function unzip(bytes: StoredBytes): Promise<StoredBytes> {
  const chunks: Buffer[] = []
  for await (const chunk of bytes.read(0, bytes.size)) chunks.push(chunk)
  const whole = Buffer.concat(chunks)
  try {
    return memoryBytes([gunzipSync(whole)])
  } catch {
    return memoryBytes([whole])
  }
}

/** Custom metadata are told by the XML API alone. */
function mediaHeaders(object: GcsObject, request: GcsRequest): Record<string, string | number | undefined> {
  const { fields } = object
  const xml: Record<string, string | undefined> = {}
  if (request.api === 'xml') {
    for (const [name, value] of Object.entries(fields.metadata ?? {})) {
      xml[`x-goog-meta-${name}`] = Buffer.from(value, 'utf8').toString('latin1')
    }
    const { retention } = fields
    if (retention !== undefined) {
      xml['x-goog-object-lock-mode'] = retention.mode === 'Locked' ? 'COMPLIANCE' : 'GOVERNANCE'
      xml['x-goog-object-lock-retain-until-date'] = retention.retainUntilTime
    }
  }
  return {
    'content-type': fields.contentType ?? 'application/octet-stream',
    'content-disposition': fields.contentDisposition,
    'content-language': fields.contentLanguage,
    'cache-control': fields.cacheControl ?? (request.api === 'xml' ? 'private, max-age=0' : undefined),
    etag: request.api === 'xml' ? `"${etagOf(object)}"` : etagOf(object),
    'last-modified': new Date(object.updated).toUTCString(),
    'x-goog-generation': object.generation,
    'x-goog-metageneration': object.metageneration,
    'x-goog-stored-content-encoding': fields.contentEncoding ?? 'identity',
    'x-goog-stored-content-length': object.bytes.size,
    'x-goog-storage-class': fields.storageClass,
    'x-goog-component-count': object.componentCount,
    'x-goog-hash': formatHashes({ crc32c: object.crc32c, ...(object.md5 !== undefined && { md5: object.md5 }) }),
    ...xml,
  }
}
