import type { Signal } from '@gantry/core'

import type { HeaderSource } from '../source/header-source.ts'
import type { FrameLocation } from './frame-location.ts'
import { readExactly } from './frame-source.ts'

const chunkLength = 1024 * 1024

/** The bytes of a frame, a chunk at a time. */
export async function* readRanges(
  source: HeaderSource,
  location: FrameLocation,
  signal?: Signal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { skippedBits } = location
  for (const { start, end } of location.ranges) {
    for (let position = start; position < end; position += chunkLength) {
      const to = Math.min(position + chunkLength, end)
      if (skippedBits === 0) {
        yield await readExactly(source, position, to, signal)
        continue
      }
      // The last bits of each byte stand in the next one; the byte that only lends them is no part of the frame.
      const bytes = await readExactly(source, position, Math.min(to + 1, end), signal)
      const left = location.length - (position - start)
      yield shifted(bytes, skippedBits, Math.min(to - position, left))
    }
  }
}

/** Pixels fill bytes from the least significant bit on (PS3.5 8.1.1). */
function shifted(bytes: Uint8Array, bits: number, length: number): Uint8Array {
  const result = new Uint8Array(length)
  for (let index = 0; index < length; index += 1) {
    result[index] = ((bytes[index] as number) >> bits) | ((bytes[index + 1] ?? 0) << (8 - bits))
  }
  return result
}
