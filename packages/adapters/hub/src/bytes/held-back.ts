import { type Bytes, GantryError } from '@gantry/core/driver'

/**
 * Passes a body of exactly `size` bytes, the very last of which is held back until its producer has said that there are
 * no more: a body that turns out longer, or fails at its very end, must not be kept by having reached its length.
 */
export async function* heldBack(body: Bytes, size: number): AsyncGenerator<Uint8Array, void, undefined> {
  let left = size
  let last: Uint8Array | undefined
  for await (const chunk of body) {
    left -= chunk.length
    if (left < 0) throw wrongLength()
    if (chunk.length === 0) continue
    if (left > 0) {
      yield chunk
      continue
    }
    // Copied, because the chunk is only lent until the next is asked for.
    last = Uint8Array.from(chunk.subarray(-1))
    if (chunk.length > 1) yield chunk.subarray(0, -1)
  }
  if (left > 0) throw wrongLength()
  if (last !== undefined) yield last
}

export function wrongLength(): GantryError {
  return new GantryError('integrity', 'The body has another length than was promised.')
}
