import { type Bytes, close } from '@gantry/core/driver'

/** `length` bytes of a body, from `start` on. Reads no further than it must, and then closes the body. */
export async function* sliceBody(
  body: Bytes,
  start: number,
  length: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let position = -start
  if (length === 0) {
    await close(body)
    return
  }
  for await (const chunk of body) {
    const piece = chunk.subarray(Math.max(0, -position), Math.max(0, length - position))
    position += chunk.length
    if (piece.length > 0) yield piece
    if (position >= length) return
  }
}
