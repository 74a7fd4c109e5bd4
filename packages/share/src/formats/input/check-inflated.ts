import type { Signal } from '@gantry/core'

import { cutOff } from '../errors.ts'
import type { FileInput } from './file-input.ts'
import { inflatedLength } from './gunzip.ts'
import { readBytes } from './read-bytes.ts'

/**
 * `integrity` unless a gzip file inflates to `expected` bytes at least. Its last four bytes say how many there are, of
 * its last member: where that is the number, nothing else need be read; else it is read through. Its checksum is not
 * compared, and what comes behind those bytes is not looked at: some tools write padding there.
 */
export async function checkInflated(
  format: string,
  input: FileInput,
  expected: number,
  signal: Signal | undefined,
): Promise<void> {
  const tail = await readBytes(input, Math.max(0, input.size - 4), input.size, signal)
  if (tail.length === 4 && new DataView(tail.buffer, tail.byteOffset).getUint32(0, true) === expected % 2 ** 32) return
  if ((await inflatedLength(input, expected, signal)) < expected) throw cutOff(format)
}
