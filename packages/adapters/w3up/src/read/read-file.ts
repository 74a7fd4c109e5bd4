import type { Bytes, Call } from '@gantry/core/driver'
import type { CID } from 'multiformats/cid'

import type { BlockReader } from './block-reader.ts'
import { fileLeaves } from './file-leaves.ts'
import { readLeaves } from './read-leaves.ts'

/** A range of a file of `size` bytes, proved block by block. */
export async function* readFile(
  reader: BlockReader,
  file: { readonly cid: CID; readonly size: number },
  range: { readonly start: number; readonly end: number },
  call: Call,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (range.start >= range.end) return
  for await (const { leaf, bytes } of readLeaves(reader, fileLeaves(reader, file, range, call), call)) {
    yield bytes.subarray(Math.max(0, range.start - leaf.start), range.end - leaf.start)
  }
}

/** `length` bytes of a body, `skip` bytes in; ends as soon as it can, which closes what is behind it. */
export async function* middleOf(
  body: Bytes,
  skip: number,
  length: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let position = -skip
  for await (const chunk of body) {
    const piece = chunk.subarray(Math.max(0, -position), Math.max(0, length - position))
    position += chunk.length
    if (piece.length > 0) yield piece
    if (position >= length) return
  }
}
