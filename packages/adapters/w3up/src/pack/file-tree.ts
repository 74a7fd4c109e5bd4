import type { CID } from 'multiformats/cid'

import { type Block, cidOf, cidOfDigest, codec } from './cid.ts'
import { encodeNode } from './dag-pb.ts'
import { leafSize } from './leaves.ts'
import { encodeUnixFs } from './unixfs.ts'

/** Links of one node at most; what importers agree on (profile unixfs-v1-2025). */
const nodeWidth = 1024

/** A file or folder in a tree. */
export interface Tree {
  readonly cid: CID
  /** Bytes of all its blocks. */
  readonly total: number
}

interface Part extends Tree {
  /** Bytes of the file in it. */
  readonly size: number
}

/** The balanced tree over the leaves of one file, grown from below: no more than a node of links a level is held. */
export class FileTree {
  readonly #levels: Part[][] = [[]]
  readonly #emit: (block: Block) => Promise<void>

  constructor(emit: (block: Block) => Promise<void>) {
    this.#emit = emit
  }

  /** Takes the next leaf, which is a block already. */
  async push(cid: CID, size: number): Promise<void> {
    await this.#push(0, { cid, size, total: size })
  }

  /** The root: the leaf itself, where there is but one. */
  async finish(): Promise<Tree> {
    for (let level = 0; ; level += 1) {
      const parts = this.#levels[level] ?? []
      const [only] = parts
      const top = level === this.#levels.length - 1
      if (top && parts.length === 1 && only !== undefined) return only
      await this.#close(level)
    }
  }

  async #push(level: number, part: Part): Promise<void> {
    if (this.#levels[level]?.length === nodeWidth) await this.#close(level)
    const parts = (this.#levels[level] ??= [])
    parts.push(part)
  }

  /** Makes a node of a level's parts, and a part of the next level of it. */
  async #close(level: number): Promise<void> {
    const parts = this.#levels[level] ?? []
    this.#levels[level] = []
    const size = parts.reduce((sum, part) => sum + part.size, 0)
    const data = encodeUnixFs({ type: 'file', size, blockSizes: parts.map((part) => part.size) })
    const bytes = encodeNode({ links: parts.map(({ cid, total }) => ({ name: '', cid, total })), data })
    const cid = cidOf(codec.dagPb, bytes)
    await this.#emit({ cid, bytes })
    await this.#push(level + 1, {
      cid,
      size,
      total: parts.reduce((sum, part) => sum + part.total, bytes.length),
    })
  }
}

/** Bytes of all blocks of a file of `size` bytes: they depend on nothing else. */
export async function totalOf(size: number): Promise<number> {
  const tree = new FileTree(async () => {})
  const any = cidOfDigest(codec.raw, new Uint8Array(32))
  let left = size
  do {
    const leaf = Math.min(left, leafSize)
    await tree.push(any, leaf)
    left -= leaf
  } while (left > 0)
  return (await tree.finish()).total
}
