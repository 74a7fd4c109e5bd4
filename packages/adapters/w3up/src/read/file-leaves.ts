import { type Call, GantryError } from '@gantry/core/driver'
import type { CID } from 'multiformats/cid'

import { codec, holding } from '../pack/cid.ts'
import { decodeNode } from '../pack/dag-pb.ts'
import { decodeUnixFs } from '../pack/unixfs.ts'
import type { BlockReader } from './block-reader.ts'

/** A leaf of a file: where its bytes belong. */
export interface Leaf {
  readonly cid: CID
  readonly start: number
  readonly size: number
}

/** Levels of nodes: of 1,024 links each, more than anyone has bytes for. */
const deepest = 6

/** The leaves of a file of `size` bytes that hold a range, in order. What the nodes say of lengths must add up. */
export async function* fileLeaves(
  reader: BlockReader,
  file: { readonly cid: CID; readonly size: number },
  range: { readonly start: number; readonly end: number },
  call: Call,
): AsyncGenerator<Leaf, void, undefined> {
  yield* below({ ...file, start: 0 }, 0)

  async function* below(part: Leaf, depth: number): AsyncGenerator<Leaf, void, undefined> {
    if (part.cid.code === codec.raw) {
      yield part
      return
    }
    if (part.cid.code !== codec.dagPb) throw unreadableCodec()
    if (depth > deepest) throw malformed()
    const { links, data } = decodeNode(await reader.node(part.cid, call))
    const node = decodeUnixFs(data)
    if (node.type !== 'file' || node.size !== part.size || node.blockSizes.length !== links.length) throw malformed()
    let start = part.start
    const isWanted = (size: number) => start < range.end && start + size > range.start
    if (node.data.length > 0 && isWanted(node.data.length)) {
      yield { cid: holding(node.data), start, size: node.data.length }
    }
    start += node.data.length
    for (const [index, { cid }] of links.entries()) {
      const size = node.blockSizes[index] ?? 0
      if (isWanted(size)) yield* below({ cid, start, size }, depth + 1)
      start += size
    }
    if (start !== part.start + part.size) throw malformed()
  }
}

function malformed(): GantryError {
  return new GantryError('integrity', 'A file of the archive is not of the length or form that was recorded.')
}

export function unreadableCodec(): GantryError {
  return new GantryError('unsupported', 'A file is of blocks of another kind than raw and dag-pb.')
}
