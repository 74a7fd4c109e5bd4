import { GantryError } from '../errors/gantry-error.ts'
import type { Bytes } from './bytes.ts'

/** Bytes that are held back. */
const tail = 64

/**
 * Passes a body of exactly `size` bytes. Its last bytes are held back until its producer has said that there are no
 * more: a body that turns out longer, or fails at its very end, must not be published by having reached its length.
 */
export async function* exactlyHeldBack(body: Bytes, size: number): AsyncGenerator<Uint8Array, void, undefined> {
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
    const cut = Math.max(0, chunk.length - tail)
    // Copied, because the chunk is only lent until the next is asked for.
    last = Uint8Array.from(chunk.subarray(cut))
    if (cut > 0) yield chunk.subarray(0, cut)
  }
  if (left > 0) throw wrongLength()
  if (last !== undefined) yield last
}

export function wrongLength(): GantryError {
  return new GantryError('integrity', 'The body has another length than was promised.')
}
