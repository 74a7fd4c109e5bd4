import { collect, GantryError, type Signal } from '@gantry/core'
import { abortable, close } from '@gantry/core/driver'

import type { FileInput } from './file-input.ts'

/** The bytes from `start` to `end`, fewer only where the file ends. A copy. `integrity` where some are missing. */
export async function readBytes(input: FileInput, start: number, end: number, signal?: Signal): Promise<Uint8Array> {
  const to = Math.min(end, input.size)
  if (start >= to) return new Uint8Array(0)
  const length = to - start
  const bytes = await collect(await openBody(input, { start, end: to }, signal), length)
  if (bytes.length === length) return bytes
  throw new GantryError('integrity', 'The file is shorter than it was said to be.', { path: input.name })
}

/** The body of a file, or of a range, that ends as soon as the signal is aborted. */
export async function openBody(
  input: FileInput,
  range: { start: number; end: number } | undefined,
  signal: Signal | undefined,
): Promise<AsyncIterable<Uint8Array>> {
  if (signal === undefined) return await input.read(range)
  const reading = input.read(range, { signal })
  try {
    return abortable(await unlessAborted(reading, signal), signal)
  } catch (error) {
    // It may still come, when nobody wants it any more, and would keep its file or socket open.
    reading.then(close, () => {})
    throw error
  }
}

/** The promise's outcome, or `cancelled` at once: what hangs must not keep its caller from stopping. */
export async function unlessAborted<T>(promise: Promise<T>, signal: Signal): Promise<T> {
  let stop: (() => void) | undefined
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(new GantryError('cancelled', 'Stopped on request.', { cause: signal.reason }))
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([promise, stopped])
  } finally {
    if (stop !== undefined) signal.removeEventListener('abort', stop)
  }
}
