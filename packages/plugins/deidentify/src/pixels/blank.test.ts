import { parseHeader } from '@gantry/dicom'
import { decodeFrame, encodeRle } from '@gantry/pixels'
import { type DataSet, type Element, writeDicom } from '@gantry/testkit/phantom'
import { describe, expect, test } from 'vitest'

import { deidentified, textsOf } from '../testing/run.ts'

const [rows, columns, frames] = [6, 10, 3]
const rectangles = [
  { x: 2, y: 1, width: 3, height: 2 },
  { x: 8, y: 4, width: 99, height: 99 },
  { x: 50, y: 50, width: 1, height: 1 },
]

function inside(row: number, column: number, even = false): boolean {
  const [first, last] = even ? [2, 6] : [2, 5]
  return (row >= 1 && row < 3 && column >= first && column < last) || (row >= 4 && column >= 8)
}

function image(
  name: string,
  samples: number,
  bits: number,
  planar: number,
  value: Element,
  syntax?: string,
): Uint8Array {
  const dataSet: DataSet = [
    [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.7.2'],
    [0x00080018, 'UI', '1.2.3'],
    [0x00280002, 'US', [samples]],
    [0x00280004, 'CS', name],
    [0x00280006, 'US', [planar]],
    [0x00280008, 'IS', String(frames)],
    [0x00280010, 'US', [rows]],
    [0x00280011, 'US', [columns]],
    [0x00280100, 'US', [bits]],
    [0x00280101, 'US', [bits]],
    [0x00280102, 'US', [bits - 1]],
    [0x00280103, 'US', [0]],
    value,
  ]
  return writeDicom({ dataSet, ...(syntax !== undefined && { syntax }) })
}

/** Never 0, so that what is blanked shows. */
function noise(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, index) => 1 + ((index * 31) % 250))
}

const kinds = [
  ['MONOCHROME2', 1, 8, 0],
  ['MONOCHROME1', 1, 16, 0],
  ['MONOCHROME2', 1, 32, 0],
  ['PALETTE COLOR', 1, 8, 0],
  ['RGB', 3, 8, 0],
  ['RGB', 3, 8, 1],
  ['RGB', 3, 16, 1],
  ['YBR_FULL', 3, 8, 0],
  ['YBR_FULL', 3, 8, 1],
] as const

describe.each(kinds)('%s of %i samples and %i bits, planar configuration %i', (name, samples, bits, planar) => {
  const width = bits / 8
  const frame = rows * columns * samples * width
  const black = (sample: number) => (name.startsWith('YBR') && sample > 0 ? 128 : 0)

  /** What the bytes of a frame should be, pixel by pixel. */
  function blanked(value: Uint8Array, number: number, sideBySide: boolean): number[] {
    return Array.from({ length: frame }, (_, at) => {
      const inFrame = Math.floor(at / width)
      const [pixel, sample] = sideBySide
        ? [Math.floor(inFrame / samples), inFrame % samples]
        : [inFrame % (rows * columns), Math.floor(inFrame / (rows * columns))]
      const hidden = inside(Math.floor(pixel / columns), pixel % columns)
      return hidden ? black(sample) : (value[number * frame + at] as number)
    })
  }

  test.each(['explicit', 'implicit', 'deflated', 'big-endian'] as const)('native, in %s', async (syntax) => {
    const value = noise(frame * frames)
    const file = image(name, samples, bits, planar, [0x7fe00010, bits === 8 ? 'OB' : 'OW', value], syntax)
    for (const chunk of [65_536, 7]) {
      const { bytes, report } = await deidentified(file, { blank: rectangles }, chunk)
      if (syntax === 'deflated') continue
      const after = bytes.subarray(parseHeader(bytes).pixelData?.offset)
      const wanted = Array.from({ length: frames }, (_, number) => blanked(value, number, planar === 0)).flat()
      expect([...after.subarray(0, wanted.length)]).toEqual(wanted)
      expect(report).toMatchObject({ blanked: 3, warnings: [] })
      expect(textsOf(bytes).get(0x00280301)).toBe('NO')
      expect(Buffer.from(bytes).includes('113101')).toBe(true)
    }
  })

  test('in RLE', async () => {
    const value = noise(frame * frames)
    const pixels = { rows, columns, samplesPerPixel: samples, bitsAllocated: bits }
    const fragments = Array.from({ length: frames }, (_, number) =>
      encodeRle(value.subarray(number * frame, (number + 1) * frame), pixels),
    )
    const file = image(name, samples, bits, 0, [0x7fe00010, 'OB', { fragments, offsetTable: 'fragments' }], 'rle')
    const { bytes } = await deidentified(file, { blank: rectangles })
    const header = parseHeader(bytes)
    const description = {
      ...pixels,
      photometricInterpretation: 'MONOCHROME2',
      bitsStored: bits,
      highBit: bits - 1,
      signed: false,
      planar: false,
      float: false,
      bigEndian: false,
    }
    const data = Buffer.from(bytes.subarray(header.pixelData?.offset))
    let at = 8 + data.readUInt32LE(4)
    for (let number = 0; number < frames; number += 1) {
      const length = data.readUInt32LE(at + 4)
      const decoded = await decodeFrame(description, data.subarray(at + 8, at + 8 + length), header.transferSyntax.uid)
      expect([...new Uint8Array(decoded.samples.buffer)]).toEqual(blanked(value, number, true))
      at += 8 + length
    }
    expect(data.readUInt32LE(at + 4)).toBe(0)
    expect(data.length).toBe(at + 8)
  })
})

test.each([
  ['MONOCHROME2', 1],
  ['YBR_FULL', 3],
] as const)('%s of bytes in big endian words, whose frames begin within words', async (name, samples) => {
  const odd = { rows: 3, columns: 5, frames: 3 }
  const size = odd.rows * odd.columns * samples
  const shape: DataSet = [
    [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.7.2'],
    [0x00080018, 'UI', '1.2.3'],
    [0x00280002, 'US', [samples]],
    [0x00280004, 'CS', name],
    [0x00280006, 'US', [0]],
    [0x00280008, 'IS', String(odd.frames)],
    [0x00280010, 'US', [odd.rows]],
    [0x00280011, 'US', [odd.columns]],
    [0x00280100, 'US', [8]],
  ]
  const pixels = noise(Math.ceil((size * odd.frames) / 2) * 2)
  const value = Buffer.from(pixels).swap16()
  const file = writeDicom({ dataSet: [...shape, [0x7fe00010, 'OW', value]], syntax: 'big-endian' })
  for (const chunk of [65_536, 5]) {
    const { bytes } = await deidentified(file, { blank: [{ x: 0, y: 0, width: 2, height: 2 }] }, chunk)
    const offset = parseHeader(bytes).pixelData?.offset ?? 0
    const after = Buffer.from(bytes.subarray(offset, offset + value.length)).swap16()
    const wanted = pixels.map((pixel, at) => {
      const place = Math.floor((at % size) / samples)
      const hidden = at < size * odd.frames && place < 2 * odd.columns && place % odd.columns < 2
      return hidden ? (samples === 3 && at % 3 > 0 ? 128 : 0) : pixel
    })
    expect([...after]).toEqual([...wanted])
  }
})

test('pixels of one bit, whose frames begin within bytes', async () => {
  const bits = rows * columns
  const value = new Uint8Array(Math.ceil((bits * frames) / 8)).fill(0xff)
  const file = image('MONOCHROME2', 1, 1, 0, [0x7fe00010, 'OB', value])
  for (const chunk of [65_536, 5]) {
    const { bytes } = await deidentified(file, { blank: rectangles }, chunk)
    const after = bytes.subarray(parseHeader(bytes).pixelData?.offset)
    const read = Array.from({ length: bits * frames }, (_, bit) => ((after[bit >> 3] as number) >> (bit & 7)) & 1)
    const wanted = read.map((_, bit) => (inside(Math.floor((bit % bits) / columns), (bit % bits) % columns) ? 0 : 1))
    expect(read).toEqual(wanted)
  }
})

test('pixels that share their colour go in pairs', async () => {
  const value = noise(rows * columns * 2 * frames)
  const file = image('YBR_FULL_422', 3, 8, 0, [0x7fe00010, 'OB', value])
  const { bytes } = await deidentified(file, { blank: rectangles })
  const after = bytes.subarray(parseHeader(bytes).pixelData?.offset)
  const wanted = [...value].map((byte, at) => {
    const pixel = Math.floor((at % (rows * columns * 2)) / 4) * 2
    const hidden = inside(Math.floor(pixel / columns), pixel % columns, true)
    return hidden ? (at % 4 < 2 ? 0 : 128) : byte
  })
  expect([...after.subarray(0, value.length)]).toEqual(wanted)
})

describe('what cannot be blanked is refused, and nothing of it written', () => {
  test.each([
    ['JPEG', image('MONOCHROME2', 1, 8, 0, [0x7fe00010, 'OB', { fragments: [noise(20)] }], '1.2.840.10008.1.2.4.50')],
    ['packed pixels of 12 bits', image('MONOCHROME2', 1, 12, 0, [0x7fe00010, 'OW', noise(270)])],
    ['pixel data of another size', image('MONOCHROME2', 1, 8, 0, [0x7fe00010, 'OB', noise(100)])],
    ['RLE of too few frames', image('MONOCHROME2', 1, 8, 0, [0x7fe00010, 'OB', { fragments: [] }], 'rle')],
    ['RLE that is none', image('MONOCHROME2', 1, 8, 0, [0x7fe00010, 'OB', { fragments: [noise(80)] }], 'rle')],
  ])('%s', async (_name, file) => {
    await expect(deidentified(file, { blank: rectangles })).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:invalid|unsupported|integrity)$/u),
    })
  })

  test('and so is an image that all rectangles miss: what they were to hide would stay in it', async () => {
    const file = image('MONOCHROME2', 1, 8, 0, [0x7fe00010, 'OB', noise(rows * columns * frames)])
    const blank = [{ x: columns, y: 0, width: 5, height: 5 }]
    const message = expect.stringContaining(`${columns} x ${rows} pixels`)
    await expect(deidentified(file, { blank })).rejects.toMatchObject({ code: 'invalid', message })
  })

  test('and so are rectangles that are none', async () => {
    const file = image('MONOCHROME2', 1, 8, 0, [0x7fe00010, 'OB', noise(rows * columns * frames)])
    const blank = [{ x: 0.5, y: 0, width: 1, height: 1 }]
    await expect(deidentified(file, { blank })).rejects.toMatchObject({ code: 'invalid' })
  })
})
