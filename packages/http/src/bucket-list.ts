import { GantryError } from '@gantry/core/driver'

import { decodeKey } from './decode-key.ts'
import { elementOf, elementsOf } from './flat-xml.ts'
import { nextOf } from './next-of.ts'
import { notOf } from './not-of.ts'

/** What a list of S3 tells of an object. */
export interface BucketObject {
  readonly key: string
  readonly size: number
  readonly etag: string | undefined
  readonly storageClass: string | undefined
  /** When it was written, as the service tells it. */
  readonly lastModified: string | undefined
}

/** A page of a list of S3. */
export interface BucketList {
  readonly objects: readonly BucketObject[]
  /** What the next page is asked for with. */
  readonly next: string | undefined
}

/**
 * Reads a page of ListObjectsV2 that was asked for with `token`. What XML allows is taken; what is damaged is refused,
 * because an object that is not listed is one that is not copied, and nobody would know.
 */
export function parseBucketList(xml: string, token?: string): BucketList {
  if (!/<\/ListBucketResult\s*>\s*$/u.test(xml)) {
    // An empty one has no beginning either: only one that was cut off is a list.
    if (!xml.includes('<ListBucketResult')) throw notOf('a service that speaks S3')
    throw new GantryError('unavailable', 'The list of the service is not all there.')
  }
  const head = withoutContents(xml)
  const encoded = elementOf(head, 'EncodingType')?.trim() === 'url'
  const objects = [...elementsOf(xml, 'Contents')].map((contents) => objectOf(contents, encoded))
  return { objects, next: nextPage(head, token) }
}

function objectOf(contents: string, encoded: boolean): BucketObject {
  const key = elementOf(contents, 'Key') ?? ''
  const text = elementOf(contents, 'Size')?.trim() ?? ''
  const size = Number(text)
  if (key === '' || !/^\d{1,16}$/u.test(text) || !Number.isSafeInteger(size)) throw damaged()
  return {
    key: encoded ? decodeKey(key) : key,
    size,
    etag: elementOf(contents, 'ETag')?.trim(),
    storageClass: elementOf(contents, 'StorageClass')?.trim(),
    lastModified: elementOf(contents, 'LastModified')?.trim(),
  }
}

/** Objects have elements of their own, of any name. */
function withoutContents(xml: string): string {
  const first = xml.search(/<Contents[\s/>]/u)
  return first < 0 ? xml : xml.slice(0, first) + xml.slice(Math.max(first, xml.lastIndexOf('</Contents')))
}

function nextPage(head: string, token: string | undefined): string | undefined {
  const next = nextOf(elementOf(head, 'NextContinuationToken'), token)
  switch (elementOf(head, 'IsTruncated')?.trim()) {
    case 'false':
    case '0':
      return undefined
    case 'true':
    case '1':
      if (next !== undefined) return next
      throw new GantryError('unsupported', 'The service does not list page by page: it ends without saying where.')
    case undefined:
      return next
    default:
      throw damaged()
  }
}

function damaged(): GantryError {
  return new GantryError('unavailable', 'The list of the service is damaged.')
}
