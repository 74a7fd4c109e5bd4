// oxlint-disable vitest/expect-expect -- properties assert within.
import { readFileSync } from 'node:fs'

import { type ErrorCode, isGantryError } from '@gantry/core'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { firstFrame } from '../samples/first-frame.ts'
import { hasSharedData, sharedFiles } from '../samples/shared-data.ts'
import { decodeFrame } from './decode/decode-frame.ts'
import { describeImage } from './image/image-description.ts'

/** The same cases in every run; `GANTRY_FUZZ_RUNS` asks for more of them. */
const runs = Number(process.env['GANTRY_FUZZ_RUNS'] ?? 60)

const mutation = fc.record({
  kind: fc.constantFrom('set', 'flip', 'cut', 'remove', 'insert'),
  // Headers of codestreams matter most.
  at: fc.oneof(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.double({ min: 0, max: 0.05, noNaN: true })),
  value: fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), fc.nat(255)),
  length: fc.integer({ min: 1, max: 64 }),
})

function mutated(
  original: Uint8Array,
  mutations: readonly { kind: string; at: number; value: number; length: number }[],
) {
  let bytes = Buffer.from(original)
  for (const { kind, at, value, length } of mutations) {
    const index = Math.floor(at * bytes.length)
    const [before, after] = [bytes.subarray(0, index), bytes.subarray(index)]
    if (kind === 'set') after.fill(value, 0, Math.min(1, after.length))
    else if (kind === 'flip') after.set(after.subarray(0, 1).map((byte) => byte ^ (1 << (value & 7))))
    else if (kind === 'cut') bytes = Buffer.from(before)
    else if (kind === 'remove') bytes = Buffer.concat([before, after.subarray(length)])
    else bytes = Buffer.concat([before, Buffer.alloc(length, value), after])
  }
  return bytes
}

const expectedCodes: readonly (ErrorCode | undefined)[] = [undefined, 'invalid', 'integrity', 'unsupported']
const files = sharedFiles('dicom/small')
const named = (name: string) => files.find((file) => file.endsWith(name)) ?? ''

describe.skipIf(!hasSharedData)('damaged frames', { timeout: 300_000 }, () => {
  test.each([
    'MR_small_RLE.dcm',
    'MR_small_jpeg_ls_lossless.dcm',
    'MR_small_jp2klossless.dcm',
    'JPEGLSNearLossless_16.dcm',
    'JPEG2000.dcm',
    'SC_rgb_small_odd_jpeg.dcm',
    'SC_jpeg_no_color_transform.dcm',
    'JPGExtended.dcm',
    'CTImage.dcm_JPEGProcess10_12TransferSyntax_1.2.840.10008.1.2.4.55.dcm',
    'CTImage.dcm_JPEGProcess14SV1TransferSyntax_1.2.840.10008.1.2.4.70.dcm',
  ])('%s: pixels, or a coded error; and the next frame is decoded', async (name) => {
    const first = await firstFrame(readFileSync(named(name)))
    if (first === undefined) throw new Error('There is no frame.')
    const image = describeImage(first.header)
    const decode = (bytes: Uint8Array) => decodeFrame(image, bytes, first.header.transferSyntax.uid)
    const { samples } = await decode(first.frame)
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 4 }), async (mutations) => {
        const code = await decode(mutated(first.frame, mutations)).then(
          (decoded) => {
            expect(decoded.samples).toHaveLength(samples.length)
            return undefined
          },
          (error: unknown) => {
            if (!isGantryError(error)) throw error
            return error.code
          },
        )
        expect(expectedCodes).toContain(code)
      }),
      { seed: 39, numRuns: runs },
    )
    expect((await decode(first.frame)).samples).toEqual(samples)
  })
})
