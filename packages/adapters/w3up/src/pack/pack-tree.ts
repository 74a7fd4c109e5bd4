import { type Bytes, checkPath } from '@gantry/core/driver'

import { Staging } from '../staging/staging.ts'
import type { Block } from './cid.ts'
import { directoryTree } from './directory-tree.ts'
import type { Tree } from './file-tree.ts'
import { LeafBuffers } from './leaves.ts'
import { packFile } from './pack-file.ts'
import { defaultShardSize, ShardPacker } from './shard-packer.ts'

/** A file of a tree. */
export interface FileToPack {
  readonly path: string
  readonly body: Bytes
}

/** A CAR that is complete. */
export interface PackedCar {
  readonly cid: string
  readonly size: number
  /** Its bytes, until `onShard` is done with it. */
  readonly read: () => Bytes
}

export interface PackTreeOptions {
  /** Takes one shard after another; without it nothing is framed, and the root alone computed. */
  readonly onShard?: ((shard: PackedCar) => Promise<void>) | undefined
  /** Bytes; default: 127 MiB. */
  readonly shardSize?: number | undefined
  /** A folder for one shard at a time. */
  readonly staging?: string | undefined
}

/** Packs files as UnixFS, as they are, into CAR shards; answers the root, which is that of `ipfs-car` and others. */
export async function packTree(
  files: AsyncIterable<FileToPack> | Iterable<FileToPack>,
  { onShard, shardSize = defaultShardSize, staging }: PackTreeOptions = {},
): Promise<string> {
  const packer =
    onShard &&
    new ShardPacker({
      staging: new Staging(staging),
      shardSize,
      onShard: async ({ cid, size, file }) => await onShard({ cid: cid.toString(), size, read: () => file.read() }),
    })
  const emit = async (block: Block) => await packer?.add(block)
  const buffers = new LeafBuffers()
  const trees = new Map<string, Tree>()
  try {
    for await (const { path, body } of files) trees.set(checkPath(path), await packFile(body, emit, buffers))
    const root = await directoryTree(trees, emit)
    await packer?.finish()
    return root.cid.toString()
  } finally {
    await packer?.abandon()
  }
}
