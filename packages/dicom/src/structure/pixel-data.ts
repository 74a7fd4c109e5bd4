import { malformed, truncated } from '../errors.ts'
import { type ElementCursor, undefinedLength } from './element-cursor.ts'
import type { Encoding } from './encoding.ts'
import { tags } from './tag.ts'
import type { Scan, Window } from './window.ts'

/** The element that ends a header. */
export interface PixelData {
  readonly tag: number
  readonly vr: string
  /** Where its value begins in the file; in a deflated one, in the inflated data set. */
  readonly offset: number
  /** Bytes; `undefined` for encapsulated pixel data, which a delimiter ends. */
  readonly length: number | undefined
}

/** Fragments looked at one by one, where the file does not simply end with them. */
export const mostFragments = 4096

/** Fails unless native pixel data are all there. */
export function* checkNative(window: Window, offset: number, length: number): Scan<void> {
  const end = offset + length
  if (length === 0) return
  if (window.size === undefined && !window.holds(end - 1, end)) yield* window.fill(end - 1, end, 1)
  if (window.size !== undefined && end > window.size) throw truncated('within the pixel data')
}

/**
 * Fails unless encapsulated pixel data (PS3.5 A.4) are all there: follows the fragments as far as they are at hand,
 * then takes a file that ends with the sequence delimiter for complete, and follows the others to it.
 */
export function* checkEncapsulated(
  window: Window,
  cursor: ElementCursor,
  { encoding, offset, most }: { readonly encoding: Encoding; readonly offset: number; readonly most: number },
): Scan<void> {
  let position = offset
  let looked = false
  for (let count = 0; count < most; count += 1) {
    if (!window.holds(position, position + 8)) {
      if (!looked && window.size !== undefined && window.size - position >= 8) {
        looked = true
        const tail = yield* window.peek(window.size - 8, window.size)
        if (isSequenceDelimiter(cursor, tail, encoding)) return
      }
      yield* window.fill(position, position + 8, 64)
    }
    if (!cursor.read(window.bytes, position - window.base, encoding)) throw truncated('within the pixel data')
    if (cursor.tag === tags.sequenceDelimitation) return
    if (cursor.tag !== tags.item || cursor.length === undefinedLength) {
      throw malformed('encapsulated pixel data hold something that is no fragment')
    }
    position += 8 + cursor.length
    if (window.size !== undefined && position > window.size) throw truncated('within the pixel data')
  }
}

export function isSequenceDelimiter(cursor: ElementCursor, bytes: Uint8Array, encoding: Encoding): boolean {
  return cursor.read(bytes, 0, encoding) && cursor.tag === tags.sequenceDelimitation && cursor.length === 0
}
