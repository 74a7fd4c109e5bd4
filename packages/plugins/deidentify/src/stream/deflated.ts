import type { Bytes } from '@gantry/core'
import { Deflate, Inflate } from 'fflate'

import { copyOf } from '../values/copy-of.ts'
import { malformed, truncated } from './byte-stream.ts'

/** Compressed bytes that are inflated at a time: deflate can make a thousand times as much of them. */
const piece = 4096
/** What is deflated at a time, so that the same data set is always written the same. */
const block = 64 * 1024

/** What a raw deflate stream (PS3.5 A.5) holds; what follows it is read and left out. */
export async function* inflated(body: Bytes): AsyncGenerator<Uint8Array, void, undefined> {
  const inflater = new Inflate()
  let queue: Uint8Array[] = []
  inflater.ondata = (chunk) => {
    if (chunk.length > 0) queue.push(chunk)
  }
  const push = (bytes: Uint8Array, last: boolean) => {
    try {
      inflater.push(bytes, last)
    } catch {
      throw last ? truncated() : malformed('the deflated data set is damaged')
    }
    const ready = queue
    queue = []
    return ready
  }
  // One piece is held back: the last has to be pushed as such.
  let held: Uint8Array | undefined
  for await (const chunk of body) {
    for (let at = 0; at < chunk.length; at += piece) {
      if (held !== undefined) yield* push(held, false)
      held = copyOf(chunk.subarray(at, at + piece))
    }
  }
  yield* push(held ?? new Uint8Array(0), true)
}

/** A raw deflate stream, of even length. */
export async function* deflated(body: Bytes): AsyncGenerator<Uint8Array, void, undefined> {
  const deflater = new Deflate()
  let queue: Uint8Array[] = []
  let length = 0
  deflater.ondata = (chunk) => {
    length += chunk.length
    queue.push(chunk)
  }
  const ready = () => {
    const chunks = queue
    queue = []
    return chunks
  }
  const buffer = new Uint8Array(block)
  let filled = 0
  for await (const chunk of body) {
    for (let at = 0; at < chunk.length;) {
      const part = chunk.subarray(at, at + block - filled)
      buffer.set(part, filled)
      filled += part.length
      at += part.length
      if (filled < block) continue
      deflater.push(buffer.slice())
      filled = 0
      yield* ready()
    }
  }
  deflater.push(buffer.slice(0, filled), true)
  yield* ready()
  if (length % 2 === 1) yield new Uint8Array(1)
}
