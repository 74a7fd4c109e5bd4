import { type Call, collect } from '@gantry/core/driver'
import { parseBucketList } from '@gantry/http'

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
  return parsePage(Buffer.from(await collect(body, longestPage)).toString(), token)
}

/** Reads the answer to a request with that token. */
export function parsePage(xml: string, token?: string): Page {
  const { objects, encoded, next } = parseBucketList(xml, token)
  const read = objects.map(({ key, size, etag, storageClass }) => {
    return { key: encoded ? decodeKey(key) : key, size, etag, storageClass }
  })
  return { objects: read, next }
}
