import { type Bytes, GantryError, isGantryError, type Signal } from '@gantry/core'
import { FlateErrorCode, Gunzip } from 'fflate'

import type { FileInput } from './file-input.ts'
import { openBody } from './read-bytes.ts'

/** Deflate makes a thousand times as much of its input at most: what one push inflates to is then at most 4 MiB. */
const piece = 4096

/** Inflates a gzip file, of one member or many. `integrity` where it is cut off, `invalid` where it is damaged. */
async function* gunzip(body: Bytes, path: string): AsyncGenerator<Uint8Array, void, undefined> {
  const queue: Uint8Array[] = []
  const inflater = new Gunzip((chunk) => {
    if (chunk.length > 0) queue.push(chunk)
  })
  // The last piece is pushed as such: only then does a stream that does not end in it become an error.
  let last: Uint8Array | undefined
  for await (const chunk of body) {
    for (let at = 0; at < chunk.length; at += piece) {
      const previous = last
      // A copy: chunks are borrowed, and the inflater keeps what it did not come to use.
      last = chunk.slice(at, at + piece)
      const failure = previous === undefined ? undefined : failureOf(path, () => inflater.push(previous))
      yield* queue.splice(0)
      if (failure !== undefined) throw failure
    }
  }
  const failure = failureOf(path, () => inflater.push(last ?? new Uint8Array(0), true))
  // What came before the damage is sound, and may be all that is wanted.
  yield* queue.splice(0)
  if (failure !== undefined) throw failure
}

/**
 * The first inflated bytes, `length` of them or all there are; what comes after is not looked at. Where the data are
 * damaged before that, what came until then, and the `failure`.
 */
export async function firstInflated(
  input: FileInput,
  length: number,
  signal?: Signal,
): Promise<{ readonly bytes: Uint8Array; readonly failure?: GantryError }> {
  const all = new Uint8Array(length)
  let filled = 0
  try {
    for await (const chunk of gunzip(await openBody(input, undefined, signal), input.name)) {
      const part = chunk.subarray(0, length - filled)
      all.set(part, filled)
      filled += part.length
      if (filled === length) break
    }
  } catch (failure) {
    if (filled === 0 || !isGantryError(failure) || failure.code === 'cancelled') throw failure
    return { bytes: all.subarray(0, filled), failure }
  }
  return { bytes: all.subarray(0, filled) }
}

/** How many bytes the file inflates to, counted up to `limit`: reads it through, holding a chunk at a time. */
export async function inflatedLength(input: FileInput, limit: number, signal?: Signal): Promise<number> {
  let length = 0
  for await (const chunk of gunzip(await openBody(input, undefined, signal), input.name)) {
    length += chunk.length
    if (length >= limit) break
  }
  return length
}

function failureOf(path: string, work: () => void): GantryError | undefined {
  try {
    work()
    return undefined
  } catch (cause) {
    const cut = cause instanceof Error && 'code' in cause && cause.code === FlateErrorCode.UnexpectedEOF
    return cut
      ? new GantryError('integrity', 'The gzip data are cut off.', { path, cause, retryable: false })
      : new GantryError('invalid', 'The gzip data are damaged.', { path, cause })
  }
}
