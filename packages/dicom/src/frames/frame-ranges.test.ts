import { collect } from '@gantry/core'
import type { Value } from '@gantry/testkit/phantom'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { framedFile } from '../../samples/framed-files.ts'
import { settledOutcomeOf } from '../../samples/outcome.ts'
import { bytesSource, type HeaderSource } from '../source/header-source.ts'
import { frameRanges, readFrame } from './frame-ranges.ts'

const settings = { seed: 39, numRuns: 150 }
const jpeg = '1.2.840.10008.1.2.4.50'
const starts = { [jpeg]: [0xff, 0xd8, 0xff, 0xe0], '1.2.840.10008.1.2.4.91': [0xff, 0x4f, 0xff, 0x51] } as const
const unknown = '1.2.840.10008.1.2.4.999'

async function framesOf(source: HeaderSource): Promise<Uint8Array[]> {
  const frames = await frameRanges(source)
  const all: Uint8Array[] = []
  for (let number = 1; number <= frames.numberOfFrames; number += 1) all.push(await collect(frames.read(number)))
  return all
}

const codeOf = async (work: Promise<unknown>) => {
  const outcome = await settledOutcomeOf(work)
  return 'code' in outcome ? outcome.code : undefined
}

/** Bytes of even length, so that what is read back needs no padding. */
const evenBytes = fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.concat([bytes, bytes]))

describe('native frames', () => {
  test('of bytes come back, in every encoding', async () => {
    const shape = fc.record({
      rows: fc.integer({ min: 1, max: 9 }),
      columns: fc.integer({ min: 1, max: 9 }),
      samples: fc.constantFrom(1, 3),
      bits: fc.constantFrom(8, 16, 32),
      frames: fc.integer({ min: 1, max: 5 }),
      syntax: fc.constantFrom('implicit', 'explicit', 'big-endian', 'deflated'),
    })
    await fc.assert(
      fc.asyncProperty(shape, async ({ rows, columns, samples, bits, frames, syntax }) => {
        const length = (rows * columns * samples * bits) / 8
        const pixels = Uint8Array.from({ length: length * frames }, (_, index) => (index * 7 + index / 256) % 256)
        const bytes = framedFile({ rows, columns, samples, bits, frames, syntax, pixels })
        const expected = Array.from({ length: frames }, (_, index) =>
          pixels.subarray(index * length, (index + 1) * length),
        )
        expect(await framesOf(bytesSource(bytes))).toEqual(expected)
        // In any order, also where one read goes back before another.
        expect(await collect(readFrame(bytesSource(bytes), frames))).toEqual(expected.at(-1))
      }),
      settings,
    )
  })

  test('of bits come back, wherever they begin in a byte', async () => {
    const shape = fc.record({
      rows: fc.integer({ min: 1, max: 7 }),
      columns: fc.integer({ min: 1, max: 13 }),
      frames: fc.integer({ min: 1, max: 9 }),
    })
    await fc.assert(
      fc.asyncProperty(shape, fc.infiniteStream(fc.boolean()), async ({ rows, columns, frames }, bits) => {
        const size = rows * columns
        const pixels = Array.from({ length: size * frames }, () => bits.next().value === true)
        const packed = new Uint8Array(Math.ceil(pixels.length / 8))
        for (let at = 0; at < pixels.length; at += 1)
          if (pixels[at] === true) packed[at >> 3] = (packed[at >> 3] ?? 0) | (1 << (at & 7))
        const bytes = framedFile({ rows, columns, frames, bits: 1, pixels: packed })
        const unpacked = (await framesOf(bytesSource(bytes))).map((frame) =>
          Array.from({ length: size }, (_, index) => (((frame[index >> 3] as number) >> (index & 7)) & 1) === 1),
        )
        expect(unpacked.flat()).toEqual(pixels)
      }),
      settings,
    )
  })

  test('of which colour is halved take two bytes a pixel, unless all of it is there', async () => {
    const shape = { rows: 2, columns: 2, samples: 3, frames: 2, photometric: 'YBR_FULL_422' }
    const pixels = Uint8Array.from({ length: 24 }, (_, index) => index)
    const halved = await framesOf(bytesSource(framedFile({ ...shape, pixels: pixels.subarray(0, 16) })))
    expect(halved).toEqual([pixels.subarray(0, 8), pixels.subarray(8, 16)])
    expect(await framesOf(bytesSource(framedFile({ ...shape, pixels })))).toEqual([
      pixels.subarray(0, 12),
      pixels.subarray(12),
    ])
  })

  test('that are not all there, or not there at all, are errors', async () => {
    const file = { rows: 4, columns: 4, frames: 3, pixels: new Uint8Array(40) }
    const frames = await frameRanges(bytesSource(framedFile(file)))
    await expect(collect(frames.read(2))).resolves.toHaveLength(16)
    await expect(collect(frames.read(3))).rejects.toMatchObject({ code: 'integrity' })
    for (const number of [0, 4, 1.5, Number.NaN]) {
      await expect(frames.locate(number)).rejects.toMatchObject({ code: 'not_found' })
    }
    const cut = framedFile({ ...file, frames: 2 }).subarray(0, -10)
    const early = await frameRanges(bytesSource(cut), { checkPixelData: false })
    await expect(collect(early.read(1))).resolves.toHaveLength(16)
    await expect(collect(early.read(2))).rejects.toMatchObject({ code: 'integrity' })
    const twelve = framedFile({ ...file, bits: 12 })
    expect(await codeOf(frameRanges(bytesSource(twelve)))).toBe('unsupported')
  })
})

interface Encapsulated {
  readonly syntax: string
  readonly frames: readonly (readonly Uint8Array[])[]
}

/** Frames of one or more fragments, of which the first begins as frames of the syntax do. */
function encapsulated(least: number, most: number, syntaxes: readonly string[]): fc.Arbitrary<Encapsulated> {
  const fragments = fc.array(evenBytes, { minLength: least, maxLength: most })
  return fc
    .record({ syntax: fc.constantFrom(...syntaxes), frames: fc.array(fragments, { minLength: 1, maxLength: 8 }) })
    .map(({ syntax, frames }) => ({
      syntax,
      frames: frames.map((parts) => {
        const start = Buffer.from(starts[syntax as keyof typeof starts] ?? [])
        return parts.map((part, index) =>
          index === 0 ? Buffer.concat([start, part]) : Buffer.concat([[0, 0], part].map((one) => Buffer.from(one))),
        )
      }),
    }))
}

function offsetsOf(frames: Encapsulated['frames']): number[] {
  let offset = 0
  return frames.map((parts) => {
    const start = offset
    for (const part of parts) offset += 8 + part.length
    return start
  })
}

function fileOf(
  { syntax, frames }: Encapsulated,
  offsetTable?: 'empty' | readonly number[],
  extended?: readonly number[],
) {
  const pixels: Value = { fragments: frames.flat(), ...(offsetTable !== undefined && { offsetTable }) }
  const more =
    extended === undefined
      ? []
      : [
          [0x7fe00001, 'OV', extended.map(BigInt)] as const,
          [0x7fe00002, 'OV', frames.map((parts) => BigInt(parts.reduce((sum, part) => sum + part.length, 0)))] as const,
        ]
  return framedFile({ frames: frames.length, syntax, pixels, more })
}

const expectedOf = ({ frames }: Encapsulated) => frames.map((parts) => new Uint8Array(Buffer.concat(parts)))
const known = Object.keys(starts)

describe('encapsulated frames', () => {
  test('come back by a basic offset table, of several fragments each', async () => {
    await fc.assert(
      fc.asyncProperty(encapsulated(1, 4, [...known, unknown]), async (file) => {
        expect(await framesOf(bytesSource(fileOf(file, offsetsOf(file.frames))))).toEqual(expectedOf(file))
      }),
      settings,
    )
  })

  test('come back by an extended offset table', async () => {
    await fc.assert(
      fc.asyncProperty(encapsulated(1, 1, [...known, unknown]), async (file) => {
        expect(await framesOf(bytesSource(fileOf(file, 'empty', offsetsOf(file.frames))))).toEqual(expectedOf(file))
      }),
      settings,
    )
  })

  test('come back without a table: one a fragment, or told by what they begin with', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(encapsulated(1, 4, known), encapsulated(1, 1, [unknown])), async (file) => {
        expect(await framesOf(bytesSource(fileOf(file)))).toEqual(expectedOf(file))
      }),
      settings,
    )
  })

  test('come back although a table lies', async () => {
    const lie = fc.constantFrom<(offset: number) => number>(
      (offset) => offset + 8,
      (offset) => offset + 2,
      (offset) => offset * 2,
      () => 0,
      () => 0xfffffff0,
    )
    await fc.assert(
      fc.asyncProperty(encapsulated(1, 1, [...known, unknown]), lie, fc.boolean(), async (file, change, isExtended) => {
        const offsets = offsetsOf(file.frames).map(change)
        const bytes = isExtended ? fileOf(file, 'empty', offsets) : fileOf(file, offsets)
        expect(await framesOf(bytesSource(bytes))).toEqual(expectedOf(file))
      }),
      settings,
    )
  })

  test('that cannot be told apart are refused, and the message says why', async () => {
    const file = { syntax: unknown, frames: [[Buffer.of(1, 2), Buffer.of(3, 4)], [Buffer.of(5, 6)]] }
    await expect(frameRanges(bytesSource(fileOf(file))).then((frames) => frames.locate(1))).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('3 fragments for 2 frames'),
    })
    const film = { ...file, syntax: '1.2.840.10008.1.2.4.102' }
    expect(await codeOf(frameRanges(bytesSource(fileOf(film))))).toBe('unsupported')
    expect(
      await codeOf(
        frameRanges(bytesSource(framedFile({ frames: 1, syntax: jpeg, pixels: { fragments: [] } }))).then((frames) =>
          frames.locate(1),
        ),
      ),
    ).toBe('invalid')
  })

  test('of one frame are all fragments, whatever the table says', async () => {
    const file = { syntax: unknown, frames: [[Buffer.of(1, 2), Buffer.of(3, 4)]] }
    expect(await framesOf(bytesSource(fileOf(file, [0, 10])))).toEqual(expectedOf(file))
  })

  test('cut off anywhere are an error or whole', async () => {
    const file: Encapsulated = {
      syntax: jpeg,
      frames: [[Buffer.from([...starts[jpeg], 1, 2])], [Buffer.from([...starts[jpeg], 3, 4]), Buffer.of(5, 6)]],
    }
    for (const bytes of [fileOf(file), fileOf(file, offsetsOf(file.frames))]) {
      for (let length = bytes.length - 48; length < bytes.length; length += 1) {
        const source = bytesSource(bytes.subarray(0, length))
        const frames = await settledOutcomeOf(frameRanges(source, { checkPixelData: false }))
        if ('code' in frames) continue
        const last = await settledOutcomeOf(collect(frames.value.read(2)))
        expect('code' in last ? last.code : last.value).toEqual('integrity')
      }
    }
  })
})

describe('a long film', () => {
  const count = 100_000
  const fragment = Buffer.from([...starts[jpeg], ...Buffer.alloc(60, 7)])
  const numbered = Array.from({ length: count }, (_, index) => {
    const bytes = Buffer.from(fragment)
    bytes.writeUInt32LE(index, 8)
    return [bytes]
  })
  const file = { syntax: jpeg, frames: numbered }

  function counting(bytes: Uint8Array) {
    const read = { bytes: 0, longest: 0 }
    const source: HeaderSource = {
      size: bytes.length,
      read(start, end) {
        read.bytes += end - start
        read.longest = Math.max(read.longest, end - start)
        return Promise.resolve(bytes.subarray(start, end))
      },
    }
    return { read, source }
  }

  test.each(['basic', 'extended'])('by its %s table is read where it must be', async (kind) => {
    const offsets = offsetsOf(file.frames)
    const { read, source } = counting(kind === 'basic' ? fileOf(file, offsets) : fileOf(file, 'empty', offsets))
    const frames = await frameRanges(source)
    for (const number of [1, 50_000, 50_001, count]) {
      expect(await collect(frames.read(number))).toEqual(new Uint8Array(numbered[number - 1]?.[0] ?? []))
    }
    expect(read.bytes).toBeLessThan(600_000)
  })

  test('without a table is gone through once, by bounded reads, and can be cancelled', async () => {
    const { read, source } = counting(fileOf(file))
    const frames = await frameRanges(source)
    const aborted = AbortSignal.abort()
    await expect(frames.locate(1, { signal: aborted })).rejects.toMatchObject({ code: 'cancelled' })
    for (const number of [count, 1, 70_000]) {
      expect(await collect(frames.read(number))).toEqual(new Uint8Array(numbered[number - 1]?.[0] ?? []))
    }
    expect(read.longest).toBeLessThanOrEqual(64 * 1024)
    expect(read.bytes).toBeLessThan(2 * (source.size ?? 0))
  })
})
