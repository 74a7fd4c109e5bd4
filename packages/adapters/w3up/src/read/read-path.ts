import { type ByteRange, type Bytes, type CallOptions, clipRange, toCall } from '@gantry/core/driver'

import { anyCid } from '../pack/cid.ts'
import { BlockReader } from './block-reader.ts'
import { type Fetch, gatewaySource } from './gateway-source.ts'
import { readFile } from './read-file.ts'
import { resolvePath } from './resolve-path.ts'

export interface ReadPathOptions extends CallOptions {
  /** Asked in this order; one that lies, fails or is slow is asked last from then on. */
  readonly gateways: readonly string[]
  readonly fetch?: Fetch | undefined
  /** Milliseconds; default: 20,000. */
  readonly slowAfter?: number | undefined
}

/**
 * A file below a root, or the root itself by an empty path, as it is stored, from gateways that need not be trusted: each block is
 * proved by its CID. Whoever made the DAG: `unsupported` are sharded folders, links, other hashes than SHA-256, and blocks of more
 * than 4 MiB.
 */
export async function readPath(
  root: string,
  path: string,
  { gateways, fetch: send, slowAfter, ...options }: ReadPathOptions,
  range?: ByteRange,
): Promise<{ readonly size: number; readonly body: Bytes }> {
  const call = toCall(options)
  const sources = gateways.map((url) => gatewaySource(url, { fetch: send, slowAfter }))
  const reader = new BlockReader(undefined, sources)
  const file = await resolvePath(reader, anyCid(root), path, call)
  return { size: file.size, body: readFile(reader, file, clipRange(range, file.size), call) }
}
