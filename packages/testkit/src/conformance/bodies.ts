import { close } from '@gantry/core/driver'

/** Bytes that look random, the same for the same seed. */
export function contentOf(seed: number, length: number): Uint8Array {
  const words = new Uint32Array(Math.ceil(length / 4))
  let state = (seed * 2_654_435_761 + 1) >>> 0 || 1
  for (let index = 0; index < words.length; index += 1) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    words[index] = state
  }
  return new Uint8Array(words.buffer, 0, length)
}

const poison = 0xdb

/** A copy, which `slice` does not make when the chunk is a `Buffer`. */
export function copyOf(chunk: Uint8Array): Uint8Array {
  return new Uint8Array(chunk)
}

/**
 * A body whose one buffer is overwritten as soon as the next chunk is asked for, which a body's producer may do: who
 * kept a chunk keeps garbage. Its chunks are `Buffer`s, as those of Node's streams are.
 */
export async function* borrowedBody(
  bytes: Uint8Array,
  chunkSize = 64 * 1024,
): AsyncGenerator<Uint8Array, void, undefined> {
  const buffer = Buffer.alloc(chunkSize)
  for (let position = 0; position < bytes.length; position += chunkSize) {
    const piece = bytes.subarray(position, position + chunkSize)
    buffer.set(piece)
    yield buffer.subarray(0, piece.length)
    buffer.fill(poison)
    // A driver that writes a chunk while it already asks for the next must have time to be caught.
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** `length` bytes of a pattern, never all in memory. */
export async function* syntheticBody(length: number): AsyncGenerator<Uint8Array, void, undefined> {
  const block = contentOf(99, 1024 * 1024)
  for (let position = 0; position < length; position += block.length) {
    yield block.subarray(0, Math.min(block.length, length - position))
  }
}

/** Passes a body on until `count` bytes have passed, and then fails. */
export async function* failingBody(
  bytes: Uint8Array,
  count: number,
  error: Error,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield* borrowedBody(bytes.subarray(0, count))
  throw error
}

/** Passes a body on until `count` bytes have passed, then calls `then` and never yields again. */
export function hangingBody(bytes: Uint8Array, count: number, then: () => void): AsyncIterable<Uint8Array> {
  const start = borrowedBody(bytes.subarray(0, count))
  const body: AsyncIterableIterator<Uint8Array> = {
    [Symbol.asyncIterator]: () => body,
    async next() {
      const result = await start.next()
      if (result.done !== true) return result
      then()
      return await new Promise(() => {})
    },
    async return() {
      await close(start)
      return { done: true, value: undefined }
    },
  }
  return body
}
