import type { Bytes } from '@gantry/core/driver'

import { type Block, cidOfDigest, codec } from './cid.ts'
import { digestLeaf } from './digest-leaf.ts'
import { type LeafBuffers, leavesOf } from './leaves.ts'

interface Pending {
  readonly bytes: Uint8Array
  readonly digest: Promise<Uint8Array>
}

/**
 * The leaves of a body as blocks, in order. The next one is read, and its digest begun, before the one before is given:
 * so its digest is computed while that is framed and written. A block's bytes are borrowed until two more were asked for.
 */
export async function* leafBlocks(body: Bytes, buffers: LeafBuffers): AsyncGenerator<Block, void, undefined> {
  let last: Pending | undefined
  for await (const bytes of leavesOf(body, buffers)) {
    const digest = digestLeaf(bytes)
    // Told where it is awaited, if the body does not fail before.
    digest.catch(() => {})
    if (last !== undefined) yield await blockOf(last)
    last = { bytes, digest }
  }
  if (last !== undefined) yield await blockOf(last)
}

async function blockOf({ bytes, digest }: Pending): Promise<Block> {
  return { cid: cidOfDigest(codec.raw, await digest), bytes }
}
