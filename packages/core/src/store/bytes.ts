import { GantryError } from '../errors/gantry-error.ts'
import { passage } from './passage.ts'

/**
 * A body: chunks of 64 KiB to 1 MiB, in order. Node's readable streams and web streams both are one.
 *
 * A chunk is borrowed: it is valid until the next one is asked for, because its producer may fill the same buffer
 * again. Who keeps a chunk copies it.
 */
export type Bytes = AsyncIterable<Uint8Array>

/** Half-open range of bytes, `start` inclusive and `end` exclusive; without `end`, to the end of the entry. */
export interface ByteRange {
  readonly start: number
  readonly end?: number
}

/** A body from bytes at hand. */
export async function* bytesOf(...chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array, void, undefined> {
  yield* chunks
}

/** All of a body in one array of its own; `invalid` when it is longer than `limit` bytes. */
export async function collect(body: Bytes, limit = 64 * 1024 * 1024): Promise<Uint8Array> {
  let all = new Uint8Array(Math.min(limit, 64 * 1024))
  let length = 0
  for await (const chunk of body) {
    if (length + chunk.length > limit) throw new GantryError('invalid', `The body is longer than ${limit} bytes.`)
    if (length + chunk.length > all.length) {
      const grown = new Uint8Array(Math.min(limit, Math.max(all.length * 2, length + chunk.length)))
      grown.set(all.subarray(0, length))
      all = grown
    }
    all.set(chunk, length)
    length += chunk.length
  }
  return all.subarray(0, length)
}

/** Passes a body through and fails with `integrity` unless exactly `expected` bytes came. */
export function exactly(body: Bytes, expected: number): AsyncIterableIterator<Uint8Array> {
  return passage(body, { size: expected })
}

/** Shows every chunk to `see` on its way; goes on when `see` is done with it. */
export function tap(
  body: Bytes,
  see: (chunk: Uint8Array) => Promise<void> | undefined | void,
): AsyncIterableIterator<Uint8Array> {
  return passage(body, { see })
}

/** Tells a body's producer that nobody wants it, also when no chunk was asked for. */
export async function close(body: Bytes): Promise<void> {
  await body[Symbol.asyncIterator]().return?.()
}

/** The bounds of `range` within `size` bytes; an end past the size is clipped, a start past it is `invalid`. */
export function clipRange(range: ByteRange | undefined, size: number): { start: number; end: number } {
  if (range === undefined) return { start: 0, end: size }
  const { start, end = size } = range
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || start > size || end < start) {
    throw new GantryError('invalid', `The range ${start}-${end} does not lie within ${size} bytes.`)
  }
  return { start, end: Math.min(end, size) }
}

/** How long the body of a read is; of a range of an entry whose size nobody knows, how long at most. */
export function lengthOf(range: ByteRange | undefined, size: number | undefined) {
  if (size === undefined) return range?.end === undefined ? undefined : { atMost: range.end - range.start }
  const { start, end } = clipRange(range, size)
  return end - start
}
