import type { Signal } from '@gantry/core'

import type { HeaderSource } from '../source/header-source.ts'
import { swapped } from '../values/swapped.ts'
import type { FrameLocation } from './frame-location.ts'
import { readExactly } from './frame-source.ts'

const chunkLength = 1024 * 1024

/** The bytes of a frame, a chunk at a time. */
export async function* readRanges(
  source: HeaderSource,
  location: FrameLocation,
  signal?: Signal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { skippedBits, inWords } = location
  const inPlace = skippedBits === 0 && !inWords
  for (const { start, end } of location.ranges) {
    for (let position = start; position < end; position += chunkLength) {
      const to = Math.min(position + chunkLength, end)
      if (inPlace) {
        yield await readExactly(source, position, to, signal)
        continue
      }
      const left = location.length - (position - start)
      if (left <= 0) return
      // The last bits stand in the next byte or word; one that only lends them is no part of the frame.
      const bytes = await readExactly(source, position, Math.min(to + 2, end), signal)
      yield shifted(inWords ? swapped(bytes, 2) : bytes, skippedBits, Math.min(to - position, left))
    }
  }
}

/** Pixels fill bytes from the least significant bit on (PS3.5 8.1.1). */
function shifted(all: Uint8Array, skippedBits: number, length: number): Uint8Array {
  const bytes = all.subarray(skippedBits >> 3)
  const bits = skippedBits & 7
  if (bits === 0) return bytes.subarray(0, length)
  const result = new Uint8Array(length)
  for (let index = 0; index < length; index += 1) {
    result[index] = ((bytes[index] as number) >> bits) | ((bytes[index + 1] ?? 0) << (8 - bits))
  }
  return result
}
