import { Inflate } from 'fflate'

import { malformed } from '../errors.ts'
import type { Fetch, Scan, Window } from './window.ts'

/**
 * Compressed bytes are pushed in pieces this small, because deflate can make a thousand times as much of them: what
 * one push inflates to is then at most 4 MiB.
 */
const piece = 4096

/** No block of a deflate stream takes more than this before it yields something: what follows is no part of it. */
const longestSilence = 128 * 1024

/**
 * Reads a raw deflate stream (PS3.5 A.5) that begins at `start` of `compressed`, as if it lay there inflated. Only
 * forwards: what was fetched is not kept. More than `limit` inflated bytes are `invalid`, fetched or passed over.
 */
export function inflating(compressed: Window, start: number, limit: number): Fetch {
  const inflater = new Inflate()
  let queue: Uint8Array[] = []
  inflater.ondata = (chunk) => {
    inflated += chunk.length
    if (chunk.length > 0) queue.push(chunk)
  }
  let inflated = 0
  /** Inflated bytes that were handed out or passed over. */
  let taken = 0
  let position = start
  let silence = 0

  /** False at the end of the stream, or of the file. */
  function* more(): Scan<boolean> {
    yield* compressed.fill(position, position + piece)
    const from = position - compressed.base
    const bytes = compressed.bytes.subarray(from, from + piece)
    if (bytes.length === 0 || silence > longestSilence) return false
    position += bytes.length
    const before = inflated
    try {
      inflater.push(bytes)
    } catch {
      throw malformed('the deflated data set is damaged')
    }
    silence = inflated === before ? silence + bytes.length : 0
    if (inflated > limit) throw malformed(`the deflated data set goes on for more than ${limit} bytes`)
    return true
  }

  return function* fetch(from, to) {
    const parts: Uint8Array[] = []
    while (taken < to) {
      const chunk = queue[0]
      if (chunk === undefined) {
        if (!(yield* more())) break
        continue
      }
      const part = chunk.subarray(Math.max(0, from - taken), to - taken)
      if (part.length > 0) parts.push(part)
      const used = Math.min(chunk.length, to - taken)
      taken += used
      if (used === chunk.length) queue = queue.slice(1)
      else queue[0] = chunk.subarray(used)
    }
    return concatenated(parts)
  }
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
