import { collect } from '@gantry/core'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { framedFile } from '../../samples/framed-files.ts'
import { bytesSource, type HeaderSource } from '../source/header-source.ts'
import { frameRanges } from './frame-ranges.ts'

const settings = { seed: 39, numRuns: 150 }

async function framesOf(source: HeaderSource): Promise<Uint8Array[]> {
  const frames = await frameRanges(source)
  const all: Uint8Array[] = []
  for (let number = 1; number <= frames.numberOfFrames; number += 1) all.push(await collect(frames.read(number)))
  return all
}

const bitsOf = (bytes: Uint8Array) =>
  [...bytes].flatMap((byte) => [0, 1, 2, 3, 4, 5, 6, 7].map((at) => (byte >> at) & 1))

describe('native frames', () => {
  test.each(['big-endian', '1.2.840.113619.5.2'])(
    'of bits or bytes in words of %s come back, wherever they begin',
    async (syntax) => {
      const shape = fc.record({
        rows: fc.integer({ min: 1, max: 7 }),
        columns: fc.integer({ min: 1, max: 13 }),
        frames: fc.integer({ min: 1, max: 9 }),
        bits: fc.constantFrom(1, 8),
      })
      await fc.assert(
        fc.asyncProperty(shape, async ({ rows, columns, frames, bits }) => {
          const file = { rows, columns, frames, bits, vr: 'OW' as const }
          const length = Math.ceil((rows * columns * bits * frames) / 16) * 2
          const pixels = Uint8Array.from({ length }, (_, index) => (index * 67 + 29) % 256)
          const little = framedFile({ ...file, pixels })
          const big = framedFile({ ...file, syntax, pixels: Buffer.from(pixels).swap16() })
          const [ours, theirs] = [await framesOf(bytesSource(big)), await framesOf(bytesSource(little))]
          // Behind the last bit of a frame stands what may: of the next frame, or nothing.
          const size = rows * columns * bits
          expect(ours.map((frame) => bitsOf(frame).slice(0, size))).toEqual(
            theirs.map((frame) => bitsOf(frame).slice(0, size)),
          )
          expect(ours.map(({ length: bytes }) => bytes)).toEqual(theirs.map(({ length: bytes }) => bytes))
        }),
        settings,
      )
    },
  )

  test('in words are read in pieces, of which none has more than is left', async () => {
    const [rows, columns, frames] = [1023, 1027, 3]
    const length = Math.ceil((rows * columns * frames) / 2) * 2
    const pixels = Uint8Array.from({ length }, (_, index) => (index * 67 + (index >> 9)) % 256)
    const shape = { rows, columns, frames, vr: 'OW' as const, syntax: 'big-endian' }
    const read = await framesOf(bytesSource(framedFile({ ...shape, pixels: Buffer.from(pixels).swap16() })))
    const size = rows * columns
    for (const [index, frame] of read.entries()) {
      expect(Buffer.from(frame).equals(pixels.subarray(index * size, (index + 1) * size))).toBe(true)
    }
  })
})
