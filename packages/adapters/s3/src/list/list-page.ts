import { type Call, collect } from '@gantry/core/driver'
import { type BucketList, parseBucketList } from '@gantry/http'

import type { Service } from '../service/service.ts'

export interface PageRequest {
  readonly prefix: string
  readonly maxKeys?: number
  /** Where the page before said to go on. */
  readonly token?: string
}

/** A thousand keys of 1,024 bytes, each of which takes three when it is encoded. */
const longestPage = 16 * 1024 * 1024

/** One page of ListObjectsV2. Not by the SDK, which takes longer for a page than the service. */
export async function listPage(service: Service, request: PageRequest, call: Call): Promise<BucketList> {
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
  return parseBucketList(Buffer.from(await collect(body, longestPage)).toString(), token)
}
