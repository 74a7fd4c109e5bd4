import type { S3Answer } from '../protocol/answer.ts'
import { checkRead, conditionsOf, matchesEtag } from '../protocol/conditions.ts'
import { type ByteSpan, parseRange } from '../protocol/range.ts'
import { integerOf, type S3Request } from '../protocol/request.ts'
import { S3Error } from '../protocol/s3-error.ts'
import { checksumHeader } from '../checksum/algorithm.ts'
import type { Bucket } from '../state/bucket.ts'
import { requireReadable, restoreHeader } from '../state/frozen.ts'
import type { ObjectVersion } from '../state/version.ts'
import { requireObject, versionHeader } from '../state/versions.ts'
import { checksumHeaders } from './commit-object.ts'
import { bucketOf, type S3Context } from './context.ts'

/** GetObject and HeadObject: they differ in that a HEAD's body is not sent. */
export function getObject(context: S3Context): S3Answer {
  const { request } = context
  const bucket = bucketOf(context)
  const version = requireObject(bucket, request.key, request.query.get('versionId'))
  if (request.method !== 'HEAD') requireReadable(version, context.world.now())
  if (checkRead(conditionsOf(request.headers), version) === 'not-modified') {
    return { status: 304, headers: { etag: `"${version.etag}"`, 'last-modified': httpDate(version.modified) } }
  }
  const part = partSpan(request, version)
  const span = part ?? rangeOf(request, version)
  const { start, end } = span ?? { start: 0, end: version.bytes.size }
  const headers = {
    ...describe(bucket, version),
    'x-amz-restore': restoreHeader(version, context.world.now()),
    ...responseOverrides(request),
    ...checksumsFor(request, version, part, span),
    'content-length': end - start,
    'content-range': span && `bytes ${start}-${end - 1}/${version.bytes.size}`,
  }
  if (request.method === 'HEAD') return { status: span ? 206 : 200, headers }
  version.bytes.hold()
  return { status: span ? 206 : 200, headers, body: { bytes: version.bytes, start, end } }
}

function httpDate(time: number): string {
  return new Date(time).toUTCString()
}

function describe(bucket: Bucket, version: ObjectVersion): S3Answer['headers'] {
  return {
    ...version.headers,
    ...version.metadata,
    etag: `"${version.etag}"`,
    'last-modified': httpDate(version.modified),
    'accept-ranges': 'bytes',
    'x-amz-storage-class': version.storageClass === 'STANDARD' ? undefined : version.storageClass,
    'x-amz-tagging-count': version.tags.length || undefined,
    'x-amz-object-lock-mode': version.retention?.mode,
    'x-amz-object-lock-retain-until-date': version.retention && new Date(version.retention.until).toISOString(),
    'x-amz-object-lock-legal-hold': version.legalHold ? 'ON' : undefined,
    ...versionHeader(bucket, version.versionId),
  }
}

interface PartSpan extends ByteSpan {
  readonly checksum: string | undefined
  /** Undefined for what was not uploaded in parts. */
  readonly count: number | undefined
}

function partSpan(request: S3Request, version: ObjectVersion): PartSpan | undefined {
  const text = request.query.get('partNumber')
  if (text === undefined) return undefined
  if (request.headers.has('range')) {
    throw new S3Error('InvalidRequest', { message: 'Cannot specify both Range header and partNumber query parameter' })
  }
  const number = integerOf(text, 1, 1, 10_000)
  if (!version.parts) {
    if (number !== 1) throw new S3Error('InvalidPartNumber')
    return { start: 0, end: version.bytes.size, checksum: version.checksum?.value, count: undefined }
  }
  // As S3 counts them: by their place, whatever number they were uploaded under.
  const part = version.parts[number - 1]
  if (!part) throw new S3Error('InvalidPartNumber')
  const start = version.parts.slice(0, number - 1).reduce((sum, one) => sum + one.size, 0)
  return { start, end: start + part.size, checksum: part.checksum, count: version.parts.length }
}

function rangeOf(request: S3Request, version: ObjectVersion): ByteSpan | undefined {
  const ifRange = request.headers.get('if-range')
  if (ifRange !== undefined && !matchesEtag(ifRange, version.etag)) return undefined
  return parseRange(request.headers.get('range'), version.bytes.size)
}

/** A checksum is told where it is one of the bytes that are sent: of all, or of one part. */
function checksumsFor(
  request: S3Request,
  version: ObjectVersion,
  part: PartSpan | undefined,
  span: ByteSpan | undefined,
): S3Answer['headers'] {
  const count = { 'x-amz-mp-parts-count': part?.count }
  const asked = request.headers.get('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED'
  const { checksum } = version
  if (!asked || !checksum) return count
  if (part) {
    return {
      ...count,
      ...(part.checksum === undefined
        ? {}
        : { [checksumHeader(checksum.algorithm)]: part.checksum, 'x-amz-checksum-type': checksum.type }),
    }
  }
  return span ? {} : checksumHeaders(checksum)
}

const overridable = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
]

function responseOverrides(request: S3Request): Record<string, string> {
  const overrides: Record<string, string> = {}
  for (const name of overridable) {
    const value = request.query.get(`response-${name}`)
    if (value !== undefined) overrides[name] = value
  }
  return overrides
}
