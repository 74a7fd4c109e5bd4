import { FlateErrorCode, Inflate } from 'fflate'

import { malformed, truncated } from '../errors.ts'
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
 * forwards: what was fetched is not kept. What lies beyond `limit` inflated bytes is `invalid`.
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
  let ended = false

  /**
   * False at the end of the stream, or of the file. The last bytes are pushed as such: a stream that does not come to
   * its end in them is an error.
   */
  function* more(): Scan<boolean> {
    if (ended) return false
    yield* compressed.fill(position, position + piece + 1)
    const rest = compressed.bytes.subarray(position - compressed.base)
    const bytes = rest.subarray(0, piece)
    ended = rest.length <= piece || silence > longestSilence
    if (bytes.length === 0) return false
    position += bytes.length
    const before = inflated
    try {
      inflater.push(bytes, ended)
    } catch (error) {
      throw isUnexpectedEnd(error)
        ? truncated('within the deflated data set')
        : malformed('the deflated data set is damaged')
    }
    silence = inflated === before ? silence + bytes.length : 0
    return true
  }

  return function* fetch(from, to) {
    const parts: Uint8Array[] = []
    while (taken < to) {
      if (taken >= limit) throw malformed(`the deflated data set goes on for more than ${limit} bytes`)
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

function isUnexpectedEnd(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === FlateErrorCode.UnexpectedEOF
}
