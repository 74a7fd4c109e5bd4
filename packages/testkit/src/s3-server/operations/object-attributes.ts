import { S3Error } from '../protocol/s3-error.ts'
import { parseQuery } from '../protocol/uri.ts'
import type { Bucket } from '../state/bucket.ts'
import { defaultRetention } from '../state/object-lock.ts'
import type { ObjectAttributes, Retention, RetentionMode, Tag } from '../state/version.ts'
import { checkTags } from './check-tags.ts'

/** Stored as they come, returned as they are. */
const contentHeaders = ['cache-control', 'content-disposition', 'content-language', 'content-type', 'expires'] as const

const storageClasses = new Set([
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'GLACIER_IR',
  'DEEP_ARCHIVE',
  'OUTPOSTS',
  'SNOW',
  'EXPRESS_ONEZONE',
])

const metadataLimit = 2048

type Headers = ReadonlyMap<string, string>

/** What the headers of a write say about the object. */
export function readAttributes(headers: Headers, bucket: Bucket, now: number): ObjectAttributes {
  return {
    headers: readContentHeaders(headers),
    metadata: readMetadata(headers),
    storageClass: readStorageClass(headers) ?? 'STANDARD',
    tags: readTagging(headers),
    ...readLock(headers, bucket, now),
  }
}

export function readContentHeaders(headers: Headers): Record<string, string> {
  const kept: Record<string, string> = { 'content-type': 'binary/octet-stream' }
  for (const name of contentHeaders) {
    const value = headers.get(name)
    if (value !== undefined) kept[name] = value
  }
  // `aws-chunked` is about the request's body, not about the object.
  const encoding = (headers.get('content-encoding') ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '' && one !== 'aws-chunked')
    .join(', ')
  if (encoding !== '') kept['content-encoding'] = encoding
  return kept
}

export function readMetadata(headers: Headers): Record<string, string> {
  const metadata = Object.fromEntries([...headers].filter(([name]) => name.startsWith('x-amz-meta-')))
  const prefix = 'x-amz-meta-'.length
  const size = Object.entries(metadata).reduce((sum, [name, value]) => sum + name.length - prefix + value.length, 0)
  if (size > metadataLimit) throw new S3Error('MetadataTooLarge')
  return metadata
}

export function readStorageClass(headers: Headers): string | undefined {
  const storageClass = headers.get('x-amz-storage-class')
  if (storageClass !== undefined && !storageClasses.has(storageClass)) throw new S3Error('InvalidStorageClass')
  return storageClass
}

export function readTagging(headers: Headers): readonly Tag[] {
  const header = headers.get('x-amz-tagging')
  return header === undefined ? [] : checkTags(parseQuery(header).map(([key, value]) => ({ key, value })))
}

export function readLock(
  headers: Headers,
  bucket: Bucket,
  now: number,
): { retention: Retention | undefined; legalHold: boolean } {
  const mode = headers.get('x-amz-object-lock-mode')
  const until = headers.get('x-amz-object-lock-retain-until-date')
  const hold = headers.get('x-amz-object-lock-legal-hold')
  if (!bucket.objectLock && (mode ?? until ?? hold) !== undefined) throw lockMissing()
  const legalHold = hold === 'ON'
  if (mode === undefined && until === undefined) return { retention: defaultRetention(bucket, now), legalHold }
  return { retention: readRetention(mode, until, now), legalHold }
}

export function lockMissing(): S3Error {
  return new S3Error('InvalidRequest', { message: 'Bucket is missing Object Lock Configuration' })
}

export function readRetention(mode: string | undefined, until: string | undefined, now: number): Retention {
  const time = Date.parse(until ?? '')
  if (!isRetentionMode(mode) || Number.isNaN(time)) {
    throw new S3Error('InvalidArgument', { message: 'A retention needs a mode and the date until which it lasts' })
  }
  if (time <= now) throw new S3Error('InvalidArgument', { message: 'The retain until date must be in the future!' })
  return { mode, until: time }
}

export function isRetentionMode(mode: string | undefined): mode is RetentionMode {
  return mode === 'GOVERNANCE' || mode === 'COMPLIANCE'
}
