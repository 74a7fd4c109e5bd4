// oxlint-disable vitest/expect-expect -- properties assert within.
import { isGantryError } from '@gantry/core'
import { phantom } from '@gantry/testkit/phantom'
import * as fc from 'fast-check'
import { gzipSync, zipSync } from 'fflate'
import { describe, expect, test } from 'vitest'

import { textBytes } from '../testing/formats/binary.ts'
import { asciiStl, binaryPlyBody, binaryStl, glb, gltf, obj, ply } from '../testing/formats/mesh-samples.ts'
import { niftiSample } from '../testing/formats/nifti-sample.ts'
import { nrrdSample } from '../testing/formats/nrrd-sample.ts'
import { bytesInput } from './input/bytes-input.ts'
import { loadFiles } from './load/load-files.ts'
import { recognise } from './recognise/recognise.ts'

/** The same cases in every run; `GANTRY_FUZZ_RUNS` asks for more of them, and `GANTRY_FUZZ_SEED` for others. */
const runs = Number(process.env['GANTRY_FUZZ_RUNS'] ?? 150)
const seed = Number(process.env['GANTRY_FUZZ_SEED'] ?? 20_240_229)
const timeout = 60_000 + runs * 100

const codes = new Set(['invalid', 'integrity', 'unsupported', 'not_found', 'already_exists'])

const samples: ReadonlyMap<string, Uint8Array> = new Map(
  Object.entries({
    'a.nii': niftiSample(),
    'b.nii': niftiSample({ version: 2, littleEndian: false, srow: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0] }),
    'c.hdr': niftiSample({ magic: 'ni1\0', voxOffset: 0, data: 0 }),
    'd.nii.gz': gzipSync(niftiSample()),
    'e.nrrd': nrrdSample(),
    'f.nhdr': nrrdSample({ 'data file': 'x%03d.raw 1 3 1' }),
    'g.stl': binaryStl(),
    'h.stl': asciiStl,
    'i.ply': ply('binary_big_endian', binaryPlyBody),
    'j.obj': obj,
    'k.gltf': textBytes(gltf('buffer.bin', 'image.png')),
    'l.glb': glb(),
    'm.zip': zipSync({ 'a/b.stl': asciiStl, 'c.nii': niftiSample() }),
  }),
)

interface Mutation {
  readonly kind: 'set' | 'flip' | 'long' | 'cut' | 'remove' | 'repeat'
  readonly at: number
  readonly value: number
  readonly length: number
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom('set', 'flip', 'long', 'cut', 'remove', 'repeat'),
  at: fc.double({ min: 0, max: 0.999, noNaN: true }),
  value: fc.oneof(fc.constantFrom(0, 1, 0x30, 0x39, 0x7f, 0x80, 0xff), fc.nat(255)),
  length: fc.integer({ min: 1, max: 32 }),
})

function mutated(original: Uint8Array, mutations: readonly Mutation[]): Uint8Array {
  let bytes = Buffer.from(original)
  for (const { kind, at, value, length } of mutations) {
    const index = Math.floor(at * bytes.length)
    const [before, after] = [bytes.subarray(0, index), bytes.subarray(index)]
    if (kind === 'set') after.subarray(0, 1).fill(value)
    else if (kind === 'long') after.subarray(0, 4).fill(value)
    else if (kind === 'flip') after.set(after.subarray(0, 1).map((byte) => byte ^ (1 << (value & 7))))
    else if (kind === 'cut') bytes = before
    else if (kind === 'remove') bytes = Buffer.concat([before, after.subarray(length)])
    else bytes = Buffer.concat([before, after.subarray(0, length), after])
  }
  return new Uint8Array(bytes)
}

/** Recognises, counting what is read: an error without a code is thrown on, and fails the test. */
async function readBy(name: string, bytes: Uint8Array): Promise<number> {
  let read = 0
  const file = bytesInput(name, bytes)
  const counted = { ...file, read: async (range?: { start: number; end?: number }) => {
    read += (range?.end ?? file.size) - (range?.start ?? 0)
    return await file.read(range)
  } } // prettier-ignore
  await recognise(counted).catch((error: unknown) => {
    if (!isGantryError(error) || !codes.has(error.code)) throw error
  })
  return read
}

async function check(name: string, bytes: Uint8Array): Promise<void> {
  expect(await readBy(name, bytes)).toBeLessThan(4 * 1024 * 1024)
  const { volumes, geometries, others, problems } = await loadFiles([bytesInput(name, bytes)])
  expect(volumes.length + geometries.length + others.length + problems.length).toBeGreaterThan(
    name === 'm.zip' ? -1 : 0,
  )
  expect(problems.filter(({ code }) => !codes.has(code))).toEqual([])
  for (const { dimensions, transform = [] } of volumes) {
    expect([...dimensions, ...transform].every(Number.isFinite)).toBe(true)
  }
}

describe('damaged headers of every format', () => {
  test.each([...samples.keys()])(
    '%s',
    async (name) => {
      const original = samples.get(name) ?? new Uint8Array(0)
      const property = fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 4 }), async (mutations) => {
        await check(name, mutated(original, mutations))
      })
      await fc.assert(property, { numRuns: runs, seed })
    },
    timeout,
  )

  test(
    'DICOM',
    async () => {
      for await (const { bytes } of phantom({ size: 8, slices: 1 })) {
        const property = fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 4 }), async (mutations) => {
          await check('image', mutated(bytes, mutations))
        })
        await fc.assert(property, { numRuns: runs, seed })
      }
    },
    timeout,
  )

  test(
    'bytes of no format',
    async () => {
      const property = fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), fc.constantFrom('a', 'a.stl'), async (bytes, name) => {
        await check(name, bytes)
      }) // prettier-ignore
      await fc.assert(property, { numRuns: runs, seed })
    },
    timeout,
  )
})
