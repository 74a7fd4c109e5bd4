import { GantryError } from '@gantry/core/driver'

import { type Cursor, malformed } from './cursor.ts'

/** Bytes up to a delimiter, and not it; `undefined` once the delimiter has passed. They are lent until the next call. */
export interface Section {
  next(): Promise<Uint8Array | undefined>
}

const carriageReturn = 0x0d

/** `CRLF -- boundary` (RFC 2046 5.1.1), or with another line break. */
export function delimiterOf(boundary: string, lineBreak: '\r\n' | '\n'): Uint8Array {
  return new TextEncoder().encode(`${lineBreak}--${boundary}`)
}

/**
 * Of unknown length, where lines end with LF: one that ends with CR has no certain end, because the CR may be the last byte or
 * belong to the delimiter.
 */
export function certainSection(section: Section): Section {
  let last: number | undefined
  return {
    async next() {
      const chunk = await section.next()
      if (chunk === undefined && last === carriageReturn) throw uncertain()
      if (chunk !== undefined && chunk.length > 0) last = chunk.at(-1)
      return chunk
    },
  }
}

/** Who writes lines so does it again. */
function uncertain(): GantryError {
  const message =
    'A multipart body is malformed: lines end with LF, and not with CRLF, so that a part has no certain end.'
  return new GantryError('integrity', message, { retryable: false })
}

/** Of a length that is told: as many bytes, and then the delimiter, or it was not the length. */
export function measuredSection(cursor: Cursor, delimiter: Uint8Array, size: number): Section {
  let left = size
  return {
    async next() {
      if (left > 0) {
        await cursor.fill()
        const { rest } = cursor
        const chunk = rest.length > left ? rest.subarray(0, left) : rest
        left -= chunk.length
        cursor.skip(chunk.length)
        return chunk
      }
      await expectBytes(cursor, delimiter)
      return undefined
    },
  }
}

async function expectBytes(cursor: Cursor, expected: Uint8Array): Promise<void> {
  for (let at = 0; at < expected.length;) {
    await cursor.fill()
    const count = Math.min(expected.length - at, cursor.rest.length)
    if (!matches(cursor.rest, 0, expected, at, count)) throw malformed('a part has another length than it says')
    cursor.skip(count)
    at += count
  }
}

/**
 * Of unknown length: looks for the delimiter. `begun` of its bytes are taken to have passed already, as the line break
 * that the first one may lack.
 */
export function searchedSection(cursor: Cursor, delimiter: Uint8Array, begun = 0): Section {
  let matched = begun
  return {
    async next() {
      while (matched < delimiter.length) {
        await cursor.fill()
        const { rest } = cursor
        if (matched > 0) {
          const count = Math.min(delimiter.length - matched, rest.length)
          if (!matches(rest, 0, delimiter, matched, count)) {
            // It was none. Nothing within it can begin one: a line break is only at the beginning.
            const passed = delimiter.subarray(0, matched)
            matched = 0
            return passed
          }
          matched += count
          cursor.skip(count)
          continue
        }
        const at = find(rest, delimiter)
        const end = Math.min(rest.length, at + delimiter.length)
        cursor.skip(end)
        matched = end - at
        if (at > 0) return rest.subarray(0, at)
      }
      return undefined
    },
  }
}

/** Where the delimiter begins, or may begin at the end; the length, if nowhere. */
function find(bytes: Uint8Array, delimiter: Uint8Array): number {
  const [first = carriageReturn] = delimiter
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (matches(bytes, at, delimiter, 0, Math.min(delimiter.length, bytes.length - at))) return at
  }
  return bytes.length
}

function matches(bytes: Uint8Array, at: number, other: Uint8Array, from: number, count: number): boolean {
  for (let index = 0; index < count; index += 1) {
    if (bytes[at + index] !== other[from + index]) return false
  }
  return true
}
