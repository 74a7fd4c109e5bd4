import { type S3Answer, xmlAnswer } from '../protocol/answer.ts'
import { integerOf } from '../protocol/request.ts'
import { S3Error } from '../protocol/s3-error.ts'
import type { XmlContent } from '../protocol/write-xml.ts'
import type { Bucket } from '../state/bucket.ts'
import { compareKeys, firstIndex } from '../state/key-order.ts'
import type { ObjectVersion } from '../state/version.ts'
import { currentObject } from '../state/versions.ts'
import { bucketOf, type S3Context } from './context.ts'
import { keyEncoder, isRolledUp } from './listing-terms.ts'
import { type Listed, type Page, pageOf } from './page.ts'

export const longestPage = 1000

interface Found {
  readonly key: string
  readonly object: ObjectVersion
}

/** Where a page begins: after a key, or after all that a prefix stands for. */
interface Start {
  readonly after: string
  readonly listed: string | undefined
}

function* objectsAfter(bucket: Bucket, after: string): Iterable<Found> {
  const keys = bucket.objects.sortedKeys()
  const first = after === '' ? 0 : firstIndex(keys, (key) => compareKeys(key, after) > 0)
  for (let index = first; index < keys.length; index += 1) {
    const key = keys[index] ?? ''
    const object = currentObject(bucket, key)
    if (object) yield { key, object }
  }
}

interface Listing {
  readonly page: Page<Found>
  readonly common: { readonly [element: string]: XmlContent | readonly XmlContent[] }
  readonly encode: (key: string) => string
}

function list(context: S3Context, bucket: Bucket, start: Start): Listing {
  const { query } = context.request
  const prefix = query.get('prefix') ?? ''
  const delimiter = query.get('delimiter') ?? ''
  const limit = integerOf(query.get('max-keys'), longestPage, 0, longestPage)
  const encode = keyEncoder(query)
  // Keys before the prefix need not be looked at.
  const after = compareKeys(start.after, prefix) < 0 ? justBefore(prefix) : start.after
  const page = pageOf(objectsAfter(bucket, after), ({ key }) => key, { prefix, delimiter, limit, listed: start.listed })
  const ownerAsked = query.get('fetch-owner') === 'true' || query.get('list-type') !== '2'
  return {
    page,
    encode,
    common: {
      Name: bucket.name,
      Prefix: encode(prefix),
      Delimiter: delimiter === '' ? undefined : encode(delimiter),
      MaxKeys: limit,
      EncodingType: query.get('encoding-type'),
      IsTruncated: page.truncated,
      Contents: page.items.flatMap((item) => (item.kind === 'entry' ? [contents(item.entry, encode, ownerAsked)] : [])),
      CommonPrefixes: page.items.flatMap((item) => (item.kind === 'prefix' ? [{ Prefix: encode(item.prefix) }] : [])),
    },
  }
}

/** A string that sorts before all keys with the prefix, the prefix itself included, and after most others. */
function justBefore(prefix: string): string {
  return prefix.slice(0, -1)
}

function contents({ key, object }: Found, encode: (key: string) => string, owner: boolean): XmlContent {
  return {
    Key: encode(key),
    LastModified: new Date(object.modified).toISOString(),
    ETag: `"${object.etag}"`,
    ChecksumAlgorithm: object.checksum?.algorithm,
    ChecksumType: object.checksum?.type,
    Size: object.bytes.size,
    StorageClass: object.storageClass,
    Owner: owner ? { ID: 'gantry', DisplayName: 'gantry' } : undefined,
  }
}

function lastOf(page: Page<Found>): { kind: Listed<Found>['kind']; name: string } | undefined {
  const last = page.items.at(-1)
  if (!page.truncated || !last) return undefined
  return { kind: last.kind, name: last.kind === 'entry' ? last.entry.key : last.prefix }
}

function startAt(context: S3Context, marker: string): Start {
  return { after: marker, listed: isRolledUp(context.request.query, marker) ? marker : undefined }
}

export function listObjects(context: S3Context): S3Answer {
  const { query } = context.request
  const bucket = bucketOf(context)
  const marker = query.get('marker') ?? ''
  const { page, common, encode } = list(context, bucket, startAt(context, marker))
  const next = lastOf(page)
  return xmlAnswer('ListBucketResult', {
    ...common,
    Marker: encode(marker),
    // Without a delimiter the last key is the next marker, and S3 does not repeat it.
    NextMarker: next && query.get('delimiter') ? encode(next.name) : undefined,
  })
}

export function listObjectsV2(context: S3Context): S3Answer {
  const { query } = context.request
  if (query.get('list-type') !== '2') throw new S3Error('InvalidArgument')
  const bucket = bucketOf(context)
  const token = query.get('continuation-token')
  const startAfter = query.get('start-after')
  const start = token === undefined ? startAt(context, startAfter ?? '') : readToken(token)
  const { page, common, encode } = list(context, bucket, start)
  const next = lastOf(page)
  return xmlAnswer('ListBucketResult', {
    ...common,
    KeyCount: page.items.length,
    StartAfter: startAfter === undefined ? undefined : encode(startAfter),
    ContinuationToken: token,
    NextContinuationToken: next && writeToken(next),
  })
}

function writeToken({ kind, name }: { kind: Listed<Found>['kind']; name: string }): string {
  return Buffer.from(`${kind}:${name}`).toString('base64url')
}

function readToken(token: string): Start {
  const text = Buffer.from(token, 'base64url').toString()
  if (text.startsWith('entry:')) return { after: text.slice('entry:'.length), listed: undefined }
  if (!text.startsWith('prefix:')) {
    throw new S3Error('InvalidArgument', { message: 'The continuation token provided is incorrect' })
  }
  const prefix = text.slice('prefix:'.length)
  return { after: prefix, listed: prefix }
}
