import { type Call, collect, GantryError } from '@gantry/core/driver'
import { elementOf } from '@gantry/http'

import type { Service } from '../service/service.ts'
import { decodeKey } from './decode-key.ts'

export interface PageRequest {
  readonly prefix: string
  readonly maxKeys?: number
  /** Where the page before said to go on. */
  readonly token?: string
}

export interface ListedObject {
  readonly key: string
  readonly size: number
  readonly etag: string | undefined
  readonly storageClass: string | undefined
}

export interface Page {
  readonly objects: readonly ListedObject[]
  readonly next: string | undefined
}

/** A thousand keys of 1,024 bytes, each of which takes three when it is encoded. */
const longestPage = 16 * 1024 * 1024

/** One page of ListObjectsV2. Not by the SDK, which takes longer for a page than the service. */
export async function listPage(service: Service, request: PageRequest, call: Call): Promise<Page> {
  const { prefix, maxKeys, token } = request
  const query: [string, string][] = [
    ['encoding-type', 'url'],
    ['list-type', '2'],
    ['prefix', prefix],
  ]
  if (maxKeys !== undefined) query.push(['max-keys', String(maxKeys)])
  if (token !== undefined) query.push(['continuation-token', token])
  // Without a report: what is listed is not what is transferred.
  const { body } = await service.send({ method: 'GET', query }, { signal: call.signal })
  return parsePage(Buffer.from(await collect(body, longestPage)).toString())
}

/** Reads the answer: flat XML that programs write, whose keys are percent-encoded on request. */
export function parsePage(xml: string): Page {
  if (!/<\/ListBucketResult>\s*$/u.test(xml)) {
    throw new GantryError('unavailable', 'The service did not answer with a list, or not with all of it.')
  }
  const encoded = elementOf(xml, 'EncodingType') === 'url'
  const objects: ListedObject[] = []
  let at = xml.indexOf('<Contents>')
  const head = at < 0 ? xml : xml.slice(0, at) + xml.slice(xml.lastIndexOf('</Contents>'))
  while (at >= 0) {
    const end = xml.indexOf('</Contents>', at)
    const contents = xml.slice(at, end)
    const key = elementOf(contents, 'Key') ?? ''
    const size = Number(elementOf(contents, 'Size') ?? 0)
    const etag = elementOf(contents, 'ETag')
    objects.push({ key: encoded ? decodeKey(key) : key, size, etag, storageClass: elementOf(contents, 'StorageClass') })
    at = xml.indexOf('<Contents>', end)
  }
  const next = elementOf(head, 'NextContinuationToken')
  if (elementOf(head, 'IsTruncated') === 'true' && next === undefined) {
    throw new GantryError('unsupported', 'The service does not list page by page: it ends without saying where.')
  }
  return { objects, next: elementOf(head, 'IsTruncated') === 'true' ? next : undefined }
}
