import type { Signal } from '@gantry/core'

import { cutOff } from '../errors.ts'
import type { FileInput } from './file-input.ts'
import { inflatedLength } from './gunzip.ts'
import { readBytes } from './read-bytes.ts'

/** Bytes behind the expected ones that are still read, to come to the end of the stream: no bomb is. */
const mostBehind = 64 * 1024 * 1024

/**
 * `integrity` unless a gzip file inflates to `expected` bytes at least. Its last four bytes say how many there are, of
 * its last member: where that is the number, nothing else need be read; else it is read through. Its checksum is not
 * compared, and where nothing but that is cut off, it is not missed.
 */
export async function checkInflated(
  format: string,
  input: FileInput,
  expected: number,
  signal: Signal | undefined,
): Promise<void> {
  const tail = await readBytes(input, Math.max(0, input.size - 4), input.size, signal)
  if (tail.length === 4 && new DataView(tail.buffer, tail.byteOffset).getUint32(0, true) === expected % 2 ** 32) return
  if ((await inflatedLength(input, expected + mostBehind, signal)) < expected) throw cutOff(format)
}
