import { type S3Answer, xmlAnswer } from '../protocol/answer.ts'
import { integerOf } from '../protocol/request.ts'
import type { XmlContent } from '../protocol/write-xml.ts'
import type { Bucket } from '../state/bucket.ts'
import { compareKeys, firstIndex } from '../state/key-order.ts'
import type { Version } from '../state/version.ts'
import { bucketOf, type S3Context } from './context.ts'
import { longestPage } from './list-objects.ts'
import { isRolledUp, keyEncoder } from './listing-terms.ts'
import { pageOf } from './page.ts'

interface Found {
  readonly key: string
  readonly version: Version
  readonly newest: boolean
}

function* versionsAfter(bucket: Bucket, keyMarker: string, versionMarker: string | undefined): Iterable<Found> {
  const keys = bucket.objects.sortedKeys()
  const passed = (key: string) =>
    versionMarker === undefined ? compareKeys(key, keyMarker) > 0 : compareKeys(key, keyMarker) >= 0
  for (let index = keyMarker === '' ? 0 : firstIndex(keys, passed); index < keys.length; index += 1) {
    const key = keys[index] ?? ''
    const versions = bucket.objects.get(key) ?? []
    const seen = key === keyMarker ? versions.findIndex((version) => version.versionId === versionMarker) + 1 : 0
    for (const version of versions.slice(seen)) yield { key, version, newest: version === versions[0] }
  }
}

export function listObjectVersions(context: S3Context): S3Answer {
  const { query } = context.request
  const bucket = bucketOf(context)
  const prefix = query.get('prefix') ?? ''
  const delimiter = query.get('delimiter') ?? ''
  const keyMarker = query.get('key-marker') ?? ''
  const versionMarker = query.get('version-id-marker') || undefined
  const limit = integerOf(query.get('max-keys'), longestPage, 0, longestPage)
  const encode = keyEncoder(query)
  const listed = isRolledUp(query, keyMarker) ? keyMarker : undefined
  const entries = versionsAfter(bucket, keyMarker, versionMarker)
  const { items, truncated } = pageOf(entries, ({ key }) => key, { prefix, delimiter, limit, listed })
  const found = items.flatMap((item) => (item.kind === 'entry' ? [item.entry] : []))
  const last = truncated ? items.at(-1) : undefined
  return xmlAnswer('ListVersionsResult', {
    Name: bucket.name,
    Prefix: encode(prefix),
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    KeyMarker: encode(keyMarker),
    VersionIdMarker: versionMarker ?? '',
    MaxKeys: limit,
    EncodingType: query.get('encoding-type'),
    IsTruncated: truncated,
    NextKeyMarker: last && encode(last.kind === 'entry' ? last.entry.key : last.prefix),
    NextVersionIdMarker: last?.kind === 'entry' ? last.entry.version.versionId : undefined,
    Version: found.filter(({ version }) => version.kind === 'object').map((one) => describe(one, encode)),
    DeleteMarker: found.filter(({ version }) => version.kind === 'delete-marker').map((one) => describe(one, encode)),
    CommonPrefixes: items.flatMap((item) => (item.kind === 'prefix' ? [{ Prefix: encode(item.prefix) }] : [])),
  })
}

function describe({ key, version, newest }: Found, encode: (key: string) => string): XmlContent {
  const common = {
    Key: encode(key),
    VersionId: version.versionId,
    IsLatest: newest,
    LastModified: new Date(version.modified).toISOString(),
  }
  if (version.kind === 'delete-marker') return common
  const { etag, bytes, storageClass } = version
  return { ...common, ETag: `"${etag}"`, Size: bytes.size, StorageClass: storageClass }
}
