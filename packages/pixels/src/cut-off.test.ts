import { describe, expect, test } from 'vitest'

import { encodeJpeg2000, encodeJpegLs } from '../samples/encoders.ts'
import { decodeFrame } from './decode/decode-frame.ts'
import { encodeJpeg } from './encode/jpeg.ts'
import { encodeRle } from './encode/rle.ts'
import type { PixelDescription } from './image/pixel-description.ts'

const grey: PixelDescription = {
  rows: 16,
  columns: 16,
  samplesPerPixel: 1,
  photometricInterpretation: 'MONOCHROME2',
  bitsAllocated: 8,
  bitsStored: 8,
  highBit: 7,
  signed: false,
  planar: false,
  float: false,
  bigEndian: false,
}
/** In two segments. */
const ofWords = { ...grey, columns: 8, bitsAllocated: 16, bitsStored: 16, highBit: 15 }
const syntaxes = {
  rle: '1.2.840.10008.1.2.5',
  baseline: '1.2.840.10008.1.2.4.50',
  progressive: '1.2.840.10008.1.2.4.55',
  jpegLs: '1.2.840.10008.1.2.4.80',
  jpeg2000: '1.2.840.10008.1.2.4.90',
} as const

/** The samples, or the code of the error. */
async function outcome(pixels: PixelDescription, bytes: Uint8Array, syntax: keyof typeof syntaxes) {
  return await decodeFrame(pixels, bytes, syntaxes[syntax]).then(
    ({ samples }) => [...samples],
    (error: { readonly code?: string }) => error.code ?? 'crash',
  )
}

function noise(count: number, seed: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, at) => (at * at * 31 + at * 17 + seed) & 0xff)
}

describe('a frame that is cut off anywhere is an integrity error', () => {
  const pixels = noise(256, 0)

  test.each(['rle', 'baseline', 'jpegLs', 'jpeg2000'] as const)('%s', async (syntax) => {
    const whole = {
      rle: () => encodeRle(pixels, ofWords),
      baseline: () => encodeJpeg({ width: 16, height: 16, channels: 1, data: pixels }, 90),
      jpegLs: async () => await encodeJpegLs(16, pixels),
      jpeg2000: async () => await encodeJpeg2000(16, pixels),
    }[syntax]
    const bytes = await whole()
    const shape = syntax === 'rle' ? ofWords : grey
    const samples = await outcome(shape, bytes, syntax)
    expect(samples).toHaveLength(shape.rows * shape.columns)
    const outcomes = new Map<number, unknown>()
    for (let length = 0; length < bytes.length; length += 1) {
      outcomes.set(length, await outcome(shape, bytes.subarray(0, length), syntax))
    }
    // The marker of the end alone may be missing, from what proves that it is whole without it.
    const withoutEnd = { rle: 0, baseline: 2, jpegLs: 0, jpeg2000: 2 }[syntax]
    expect([...outcomes].filter(([length]) => length < bytes.length - withoutEnd)).toEqual(
      Array.from({ length: bytes.length - withoutEnd }, (_, length) => [length, 'integrity']),
    )
    for (let missing = 1; missing <= withoutEnd; missing += 1) {
      expect(outcomes.get(bytes.length - missing)).toEqual(samples)
    }
  })

  test('JPEG 2000 in a JP2 file, within its boxes', async () => {
    const codestream = await encodeJpeg2000(16, pixels)
    const boxOf = (type: string, content: Uint8Array) => {
      const box = Buffer.alloc(8)
      box.writeUInt32BE(content.length + 8)
      box.write(type, 4, 'latin1')
      return Buffer.concat([box, content])
    }
    const file = Buffer.concat([
      boxOf('jP  ', Uint8Array.of(13, 10, 0x87, 10)),
      boxOf('ftyp', Buffer.from('jp2 \0\0\0\0jp2 ')),
      boxOf('jp2c', codestream),
    ])
    expect(await outcome(grey, file, 'jpeg2000')).toHaveLength(256)
    for (const length of [4, 11, 20, 30, 36, 45, 90, 150, file.length - 3]) {
      expect(await outcome(grey, file.subarray(0, length), 'jpeg2000')).toBe('integrity')
    }
    expect(await outcome(grey, Buffer.from('This is none of it, though it is long enough.'), 'jpeg2000')).toBe(
      'invalid',
    )
  })
})

describe('a frame that ends where a part of it does', () => {
  const segment = (marker: number, ...content: number[]) => [0xff, marker, 0, content.length + 2, ...content]
  /** One code, of one bit, for the symbol 0: no difference, or the end of a block. */
  const huffman = (place: number) => segment(0xc4, place, 1, ...Array<number>(15).fill(0), 0)
  const start = (process: number, components: number) => [
    0xff,
    0xd8,
    ...segment(0xdb, 0, ...Array<number>(64).fill(1)),
    ...segment(
      0xc0 + process,
      8,
      0,
      8,
      0,
      8,
      components,
      ...[1, 2, 3].slice(0, components).flatMap((id) => [id, 0x11, 0]),
    ),
    ...huffman(0x00),
    ...huffman(0x10),
  ]
  const scan = (component: number, first: number, last: number, data: number) => [
    ...segment(0xda, 1, component, 0, first, last, 0),
    data,
  ]
  const end = [0xff, 0xd9]
  const one = { ...grey, rows: 8, columns: 8 }

  test('progressive JPEG: the end alone says that no scan is missing', async () => {
    const scans = [scan(1, 0, 0, 0x7f), scan(1, 1, 63, 0x7f)]
    const whole = Uint8Array.from([...start(2, 1), ...scans.flat(), ...end])
    expect(await outcome(one, whole, 'progressive')).toEqual(Array<number>(64).fill(128))
    const cuts = [[scans[0] ?? []], scans, [scans[0] ?? [], [0]]]
    for (const cut of cuts) {
      expect(await outcome(one, Uint8Array.from([...start(2, 1), ...cut.flat()]), 'progressive')).toBe('integrity')
    }
  })

  test('JPEG whose components come one after another', async () => {
    const colour = { ...one, samplesPerPixel: 3, photometricInterpretation: 'YBR_FULL' }
    const scans = [1, 2, 3].map((component) => scan(component, 0, 63, 0x3f))
    const whole = Uint8Array.from([...start(0, 3), ...scans.flat()])
    expect(await outcome(colour, whole, 'baseline')).toEqual(Array<number>(192).fill(128))
    const two = Uint8Array.from([...start(0, 3), ...scans.slice(0, 2).flat(), ...end])
    expect(await outcome(colour, two, 'baseline')).toBe('integrity')
  })

  test('JPEG 2000 in tiles', async () => {
    const tiles = [noise(256, 1), noise(256, 99)]
    const streams = await Promise.all(tiles.map(async (tile) => await encodeJpeg2000(16, tile)))
    const startOfTile = Buffer.of(0xff, 0x90, 0, 10)
    const header = Buffer.from(streams[0]?.subarray(0, streams[0].indexOf(startOfTile)) ?? [])
    // SIZ: two tiles beside each other.
    header.writeUInt32BE(32, 8)
    const parts = streams.map((stream, index) => {
      const part = Buffer.from(stream.subarray(stream.indexOf(startOfTile), -2))
      part.writeUInt16BE(index, 4)
      return part
    })
    const wide = { ...grey, columns: 32 }
    const whole = Buffer.concat([header, ...parts, Buffer.from(end)])
    const samples = await outcome(wide, whole, 'jpeg2000')
    expect(samples.slice(0, 16)).toEqual([...(tiles[0] ?? [])].slice(0, 16))
    expect(samples.slice(16, 32)).toEqual([...(tiles[1] ?? [])].slice(0, 16))
    for (const part of parts) {
      const half = Buffer.concat([header, part, Buffer.from(end)])
      expect(await outcome(wide, half, 'jpeg2000')).toBe('integrity')
      expect(await outcome(wide, half.subarray(0, -2), 'jpeg2000')).toBe('integrity')
      expect(await outcome(wide, Buffer.concat([half.subarray(0, -2), Buffer.alloc(2)]), 'jpeg2000')).toBe('integrity')
    }
  })
})
