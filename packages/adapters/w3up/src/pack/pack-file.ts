import type { Bytes } from '@gantry/core/driver'

import type { Block } from './cid.ts'
import { FileTree, type Tree } from './file-tree.ts'
import { leafBlocks } from './leaf-blocks.ts'
import { LeafBuffers } from './leaves.ts'

/** Makes the blocks of one file, leaves first, and answers its root. */
export async function packFile(
  body: Bytes,
  emit: (block: Block) => Promise<void>,
  buffers: LeafBuffers = new LeafBuffers(),
): Promise<Tree> {
  const tree = new FileTree(emit)
  for await (const block of leafBlocks(body, buffers)) {
    await emit(block)
    await tree.push(block.cid, block.bytes.length)
  }
  return await tree.finish()
}
