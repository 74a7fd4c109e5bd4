import { parseHeader } from '@gantry/dicom'
import { type DataSet, encodeRle as encodeReference } from '@gantry/testkit/phantom'
import * as fc from 'fast-check'
import { PNG } from 'pngjs'
import { describe, expect, test } from 'vitest'

import { difference } from '../samples/dcmtk.ts'
import { decoded } from '../samples/first-frame.ts'
import { fileOf, type Shape } from '../samples/image-file.ts'
import { decodeFrame } from './decode/decode-frame.ts'
import { decodeRle } from './decode/rle.ts'
import { encodeJpeg } from './encode/jpeg.ts'
import { decodeJpeg } from './jpeg/decode-jpeg.ts'
import { encodePng } from './encode/png.ts'
import { encodeRle } from './encode/rle.ts'
import { describeImage } from './image/image-description.ts'
import { renderFrame } from './render-frame.ts'

/** The grey or red values of a picture. */
async function shown(shape: Shape, pixels: Uint8Array, options: object = {}): Promise<number[]> {
  const { bytes } = await renderFrame({ header: parseHeader(fileOf(shape, pixels)), frame: pixels, ...options })
  const { data } = PNG.sync.read(Buffer.from(bytes))
  return Array.from({ length: data.length / 4 }, (_, at) => data[at * 4] as number)
}

const jpegBaseline = '1.2.840.10008.1.2.4.50'
const words = (...values: number[]) => new Uint8Array(Int16Array.from(values).buffer)

describe('native pixels', () => {
  test('have the bits that are stored, with their sign', async () => {
    const shape = { rows: 1, columns: 4, bits: 16, stored: 12 }
    const pixels = words(0x0fff, 0x0800, 0x7001, 0x1234)
    expect([...(await decoded(fileOf(shape, pixels))).samples]).toEqual([0x0fff, 0x0800, 1, 0x234])
    expect([...(await decoded(fileOf({ ...shape, signed: true }, pixels))).samples]).toEqual([-1, -2048, 1, 0x234])
  })

  test('of planes and of pixels are the same', async () => {
    const shape = { rows: 1, columns: 2, samples: 3, photometric: 'RGB' }
    const planar: DataSet = [[0x00280006, 'US', 1]]
    expect([...(await decoded(fileOf({ ...shape, more: planar }, Uint8Array.of(1, 4, 2, 5, 3, 6)))).samples]).toEqual([
      1, 2, 3, 4, 5, 6,
    ])
  })

  test('that are too few are an error, too many samples another', async () => {
    const header = parseHeader(fileOf({ rows: 60_000, columns: 60_000, bits: 16 }, new Uint8Array(2)))
    const image = describeImage(header)
    await expect(decodeFrame(image, new Uint8Array(2), '1.2.840.10008.1.2.1')).rejects.toMatchObject({
      code: 'invalid',
    })
    const small = { ...image, rows: 4, columns: 4 }
    await expect(decodeFrame(small, new Uint8Array(31), '1.2.840.10008.1.2.1')).rejects.toMatchObject({
      code: 'integrity',
    })
    await expect(decodeFrame(small, new Uint8Array(32), '1.2.840.10008.1.2.4.100')).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('1.2.840.10008.1.2.4.100'),
    })
  })
})

test('what is stored in a way that is not decoded is unsupported, and says so', async () => {
  const header = parseHeader(fileOf({ rows: 1, columns: 2, bits: 12 }, new Uint8Array(3)))
  expect(() => describeImage(header)).toThrow(
    expect.objectContaining({ code: 'unsupported', message: expect.stringContaining('Bits Allocated is 12') }),
  )
  // SIZ of one tile and one component of 26 bits.
  const codestream = new Uint8Array(64)
  const view = new DataView(codestream.buffer)
  view.setUint32(0, 0xff4fff51)
  view.setUint16(4, 41)
  for (const at of [8, 12, 24, 28]) view.setUint32(at, 2)
  view.setUint16(40, 1)
  codestream.set([25, 1, 1], 42)
  const image = describeImage(parseHeader(fileOf({ rows: 2, columns: 2, bits: 32 }, new Uint8Array(16))))
  for (const uid of ['1.2.840.10008.1.2.4.90', '1.2.840.10008.1.2.4.201']) {
    await expect(decodeFrame(image, codestream, uid)).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('26 bits a sample'),
    })
  }
})

describe('RLE', () => {
  const shape = fc.record({
    rows: fc.integer({ min: 1, max: 9 }),
    columns: fc.integer({ min: 1, max: 300 }),
    samplesPerPixel: fc.constantFrom(1, 3),
    bitsAllocated: fc.constantFrom(8, 16, 32),
  })

  test('gives back what went in, also what the reference encoder made', async () => {
    await fc.assert(
      fc.asyncProperty(shape, fc.infiniteStream(fc.constantFrom(0, 0, 0, 1, 255)), async (frame, values) => {
        const { rows, columns, samplesPerPixel, bitsAllocated } = frame
        const length = (rows * columns * samplesPerPixel * bitsAllocated) / 8
        const native = Uint8Array.from({ length }, () => values.next().value ?? 0)
        const image = describeImage(
          parseHeader(fileOf({ rows, columns, samples: samplesPerPixel, bits: bitsAllocated }, native)),
        )
        const packed = encodeRle(native, frame)
        const reference = encodeReference(native, { rows, columns, samplesPerPixel, bytesPerSample: bitsAllocated / 8 })
        expect(packed.length).toBeLessThanOrEqual(reference.length)
        for (const bytes of [packed, reference]) {
          const { buffer } = decodeRle(bytes, image)
          expect(new Uint8Array(buffer)).toEqual(native)
        }
      }),
      { seed: 39, numRuns: 100 },
    )
  })
})

describe('a picture', () => {
  const shape = { rows: 1, columns: 5, bits: 16, signed: true }
  const pixels = words(-1000, 0, 40, 100, 1000)

  test('has all values where nothing says which, and is inverted where the header says so', async () => {
    expect(await shown(shape, pixels)).toEqual([0, 128, 133, 140, 255])
    expect(await shown({ ...shape, photometric: 'MONOCHROME1' }, pixels)).toEqual([255, 128, 122, 115, 0])
  })

  test.each([
    ['a value', 'SS', [[0x00280120, 'SS', -2000]]],
    ['a value whose sign is not told', 'US', [[0x00280120, 'US', 0x1_0000 - 2000]]],
    [
      'a range',
      'SS',
      [
        [0x00280120, 'SS', -1990],
        [0x00280121, 'SS', -2000],
      ],
    ],
  ] as const)('has all values but for the padding, where nothing says which: %s (%s)', async (_what, _vr, more) => {
    const padded = words(-2000, -1000, 0, 1000, -2000)
    expect(await shown({ ...shape, more }, padded)).toEqual([0, 0, 128, 255, 0])
    // What is nothing but padding is shown all the same.
    expect(await shown({ ...shape, more }, words(-2000, -2000, -2000, -2000, -2000))).toEqual([0, 0, 0, 0, 0])
    // What is beside it is told from it.
    expect(await shown({ ...shape, more }, words(-2000, 5, 5, 5, -2000))).toEqual([0, 255, 255, 255, 0])
  })

  test('of labels tells the least of them from what is none', async () => {
    const labels = { rows: 1, columns: 3, more: [[0x00280120, 'US', 0]] as DataSet }
    expect(await shown(labels, Uint8Array.of(0, 1, 2))).toEqual([0, 0, 255])
    const more: DataSet = [
      [0x00280120, 'US', 0],
      [0x00620001, 'CS', 'LABELMAP'],
    ]
    expect(await shown({ ...labels, more }, Uint8Array.of(0, 1, 2))).toEqual([0, 128, 255])
  })

  test('has the window of the header, or the one that is asked for', async () => {
    const more: DataSet = [
      [0x00281050, 'DS', 40],
      [0x00281051, 'DS', 81],
      [0x00281052, 'DS', -10],
      [0x00281053, 'DS', 1],
    ]
    // (-10 - 39.5) / 80 + 0.5 is below 0; (30 - 39.5) / 80 + 0.5 of 255 is 97.
    expect(await shown({ ...shape, more }, pixels)).toEqual([0, 0, 97, 255, 255])
    expect(await shown(shape, pixels, { window: { center: 50, width: 100, shape: 'linear-exact' } })).toEqual([
      0, 0, 102, 255, 255,
    ])
    expect(await shown(shape, pixels, { window: { center: 40, width: 100, shape: 'sigmoid' } })).toEqual([
      0, 43, 128, 234, 255,
    ])
    await expect(shown(shape, pixels, { window: { center: 1, width: 0 } })).rejects.toMatchObject({ code: 'invalid' })
  })

  test.each([
    ['by its VR', 'SS', 'explicit'],
    ['by what is looked up', 'US', 'explicit'],
    ['by what is looked up', 'US', 'implicit'],
  ] as const)('has a VOI LUT that begins below 0, as is told %s (%s, %s)', async (_how, vr, syntax) => {
    const table = Array.from({ length: 2048 }, (_, index) => index * 2)
    const item: DataSet = [
      [0x00283002, vr, [2048, vr === 'SS' ? -1024 : 0x1_0000 - 1024, 12]],
      [0x00283006, 'OW', words(...table)],
    ]
    const more: DataSet = [[0x00283010, 'SQ', { items: [item] }]]
    const wanted = [0, 64, 128, 191, 255]
    const rescaled: DataSet = [[0x00281052, 'DS', -1024], [0x00281053, 'DS', 1], ...more]
    const unsigned = { rows: 1, columns: 5, bits: 16, syntax, more: rescaled }
    expect(await shown(unsigned, words(0, 512, 1024, 1536, 2047))).toEqual(wanted)
    expect(await shown({ ...shape, syntax, more }, words(-1024, -512, 0, 512, 1023))).toEqual(wanted)
  })

  test('has the colours of its palette, and those that YBR stands for', async () => {
    const table = (tag: number, data: number[]): DataSet => [
      [tag, 'US', [2, 0, 16]],
      [tag + 0x100, 'OW', words(...data)],
    ]
    const more = [...table(0x00281101, [0, -1]), ...table(0x00281102, [0x1000, 0]), ...table(0x00281103, [0, 0])]
    const palette = { rows: 1, columns: 3, photometric: 'PALETTE COLOR', more }
    expect(await shown(palette, Uint8Array.of(0, 1, 9))).toEqual([0, 255, 255])
    const ybr = { rows: 1, columns: 2, samples: 3, photometric: 'YBR_FULL' }
    expect(await shown(ybr, Uint8Array.of(76, 85, 255, 128, 128, 128))).toEqual([254, 128])
  })

  test('has the colours that its JPEG stream says, whatever its header calls them', async () => {
    const data = Uint8Array.from({ length: 192 }, (_, at) => [200, 40, 90][at % 3] as number)
    const jfif = encodeJpeg({ width: 8, height: 8, channels: 3, data }, 100)
    const adobe = (transform: number) => [0xff, 0xee, 0, 14, ...Buffer.from('Adobe'), 0, 100, 0, 0, 0, 0, transform]
    const withAdobe = (transform: number) =>
      Uint8Array.from([...jfif.subarray(0, 2), ...adobe(transform), ...jfif.subarray(2)])
    const colour = { rows: 8, columns: 8, samples: 3, photometric: 'RGB' }
    const red = async (frame: Uint8Array) => (await shown(colour, frame, { transferSyntaxUID: jpegBaseline }))[0]
    expect(await red(jfif)).toBeCloseTo(200, -1)
    expect(await red(withAdobe(1))).toBeCloseTo(200, -1)
    // Not transformed, says Adobe: what JFIF would take for luminance is red.
    expect(await red(withAdobe(0))).toBeCloseTo(93, -1)
  })

  test('is refused where samples and colour model contradict each other', async () => {
    const colour = { rows: 1, columns: 1, samples: 3 }
    await expect(shown(colour, new Uint8Array(3))).rejects.toMatchObject({ code: 'invalid' })
    const grey = { rows: 1, columns: 1, photometric: 'RGB' }
    await expect(shown(grey, new Uint8Array(1))).rejects.toMatchObject({ code: 'invalid' })
  })

  test('fits into its viewport', async () => {
    const header = parseHeader(fileOf({ rows: 2, columns: 4 }, Uint8Array.of(0, 100, 200, 200, 0, 100, 200, 200)))
    const frame = Uint8Array.of(0, 100, 200, 200, 0, 100, 200, 200)
    const window = { center: 128, width: 256, shape: 'linear-exact' as const }
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 0)
    const huge = { width: 8192, height: 8192 }
    // Others have a turn while it is made, and can end it.
    await expect(renderFrame({ header, frame, viewport: huge, signal: stop.signal })).rejects.toThrow('cancelled')
    const small = await renderFrame({ header, frame, window, viewport: { width: 2, height: 2 } })
    expect(small).toMatchObject({ width: 2, height: 1, type: 'image/png' })
    const { data } = PNG.sync.read(Buffer.from(small.bytes))
    expect([data[0], data[4]]).toEqual([50, 199])
    const large = await renderFrame({
      header,
      frame,
      viewport: { width: 16, height: 16 },
      type: 'image/jpeg',
      quality: 80,
    })
    expect(large).toMatchObject({ width: 16, height: 8, type: 'image/jpeg' })
    expect([...large.bytes.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff])
    for (const viewport of [
      { width: 0, height: 5 },
      { width: 5, height: 1e9 },
    ]) {
      await expect(renderFrame({ header, frame, viewport })).rejects.toMatchObject({ code: 'invalid' })
    }
  })

  test('as JPEG is near to what it was', () => {
    const picture = fc.record({
      width: fc.integer({ min: 1, max: 40 }),
      height: fc.integer({ min: 1, max: 40 }),
      channels: fc.constantFrom<1 | 3>(1, 3),
      step: fc.nat(9),
    })
    fc.assert(
      fc.property(picture, ({ width, height, channels, step }) => {
        const data = Uint8Array.from(
          { length: width * height * channels },
          (_, at) => 40 + ((at / channels) % width) * step,
        )
        const jpeg = encodeJpeg({ width, height, channels, data }, 100)
        const { samples } = decodeJpeg(jpeg, { rows: height, columns: width, samplesPerPixel: channels })
        const grey = channels === 1 ? samples : samples.filter((_, at) => at % 3 === 0)
        const expected = data.filter((_, at) => at % channels === 0)
        expect(difference(grey, expected).greatest).toBeLessThanOrEqual(3)
      }),
      { seed: 39, numRuns: 100 },
    )
    expect(() => encodeJpeg({ width: 1, height: 1, channels: 1, data: new Uint8Array(1) }, 0)).toThrow('quality')
  })

  test('as PNG is what another decoder reads', async () => {
    const picture = fc.record({
      width: fc.integer({ min: 1, max: 20 }),
      height: fc.integer({ min: 1, max: 20 }),
      channels: fc.constantFrom<1 | 3>(1, 3),
    })
    await fc.assert(
      fc.asyncProperty(picture, fc.infiniteStream(fc.nat(255)), async ({ width, height, channels }, values) => {
        const data = Uint8Array.from({ length: width * height * channels }, () => values.next().value ?? 0)
        const png = PNG.sync.read(Buffer.from(await encodePng({ width, height, channels, data })))
        const theirs = [...png.data].filter((_, at) => at % 4 < channels)
        expect([png.width, png.height, theirs]).toEqual([width, height, [...data]])
      }),
      { seed: 39, numRuns: 50 },
    )
  })
})
