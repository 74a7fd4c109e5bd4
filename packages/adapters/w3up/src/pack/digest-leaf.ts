import { hash, subtle } from 'node:crypto'

import { leafSize } from './leaves.ts'

/**
 * SHA-256 of a leaf; of a full one on the thread pool, where it costs this thread a copy. What is shorter is done with
 * before another thread would have begun. The bytes are read before this returns.
 */
export async function digestLeaf(bytes: Uint8Array): Promise<Uint8Array> {
  if (bytes.length < leafSize) return hash('sha256', bytes, 'buffer')
  return new Uint8Array(await subtle.digest('SHA-256', bytes))
}
