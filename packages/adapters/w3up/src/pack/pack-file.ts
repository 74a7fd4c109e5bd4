import type { Bytes } from '@gantry/core/driver'

import { type Block, cidOf, codec } from './cid.ts'
import { FileTree, type Tree } from './file-tree.ts'
import { LeafBuffers, leavesOf } from './leaves.ts'

/** Makes the blocks of one file, leaves first, and answers its root. */
export async function packFile(
  body: Bytes,
  emit: (block: Block) => Promise<void>,
  buffers: LeafBuffers = new LeafBuffers(),
): Promise<Tree> {
  const tree = new FileTree(emit)
  for await (const bytes of leavesOf(body, buffers)) {
    const cid = cidOf(codec.raw, bytes)
    await emit({ cid, bytes })
    await tree.push(cid, bytes.length)
  }
  return await tree.finish()
}
