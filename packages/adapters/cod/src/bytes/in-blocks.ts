import type { Bytes } from '@gantry/core/driver'

const block = 64 * 1024

/** A body in blocks of its own, few of which are short: a stream takes as long for a few bytes as for many. */
export async function* inBlocks(body: Bytes): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  let gathered = new Uint8Array(block)
  let length = 0
  for await (const chunk of body) {
    for (let at = 0; at < chunk.length;) {
      const piece = chunk.subarray(at, at + block - length)
      gathered.set(piece, length)
      length += piece.length
      at += piece.length
      if (length < block) continue
      yield gathered
      gathered = new Uint8Array(block)
      length = 0
    }
  }
  if (length > 0) yield gathered.subarray(0, length)
}
