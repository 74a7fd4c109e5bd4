import { GantryError } from '@gantry/core'

import { unsupportedFrame } from '../errors.ts'
import { zigzag } from '../jpeg/zigzag.ts'
import { forwardTransform } from '../jpeg/transform.ts'
import type { Picture } from '../render/scale.ts'
import { atOnce } from '../turns.ts'
import { BitWriter, type Codes, codesOf } from './bit-writer.ts'
import { acCodes, chrominance, dcCodes, type HuffmanSpecification, luminance } from './jpeg-tables.ts'

const longestSide = 65_535
const [dc, ac] = [codesOf(dcCodes), codesOf(acCodes)]

/** A baseline JPEG (ITU-T T.81) of a quality from 1 to 100, colour at full resolution. */
export function encodeJpeg(picture: Picture, quality: number): Uint8Array {
  return atOnce(encodingJpeg(picture, quality))
}

/** The same, row of blocks by row of blocks. */
export function* encodingJpeg(picture: Picture, quality: number): Generator<void, Uint8Array, void> {
  if (!(quality >= 1 && quality <= 100)) throw new GantryError('invalid', 'A quality is a number from 1 to 100.')
  const { width, height, channels } = picture
  if (width > longestSide || height > longestSide) throw unsupportedFrame('they are too large for JPEG')
  const tables = [luminance, chrominance].slice(0, channels === 1 ? 1 : 2).map((table) => scaledBy(table, quality))
  const writer = new BitWriter(1024 + ((width * height * channels) >> 2))
  writer.bytes(headers(picture, tables))
  const block = new Float32Array(64)
  const coefficients = new Int16Array(64)
  const previous = [0, 0, 0]
  for (let top = 0; top < height; top += 8) {
    yield
    for (let left = 0; left < width; left += 8) {
      for (let component = 0; component < channels; component += 1) {
        fill(block, picture, left, top, component)
        forwardTransform(block)
        const table = tables[component === 0 ? 0 : 1] as Uint8Array
        for (let index = 0; index < 64; index += 1) {
          const place = zigzag[index] as number
          coefficients[index] = Math.round((block[place] as number) / (table[place] as number))
        }
        previous[component] = writeBlock(writer, coefficients, previous[component] as number)
      }
    }
  }
  return writer.finish([0xff, 0xd9])
}

/** As libjpeg scales them. */
function scaledBy(table: Uint8Array, quality: number): Uint8Array {
  const percent = quality < 50 ? 5000 / quality : 200 - 2 * quality
  return table.map((value) => Math.min(Math.max(Math.floor((value * percent + 50) / 100), 1), 255))
}

function headers({ width, height, channels }: Picture, tables: readonly Uint8Array[]): number[] {
  const components = Array.from({ length: channels }, (_, index) => index)
  const word = (value: number) => [value >> 8, value & 0xff]
  const segment = (marker: number, content: readonly number[]) => [
    0xff,
    marker,
    ...word(content.length + 2),
    ...content,
  ]
  const huffman = (place: number, { counts, symbols }: HuffmanSpecification) => [place, ...counts, ...symbols]
  return [
    0xff,
    0xd8,
    ...segment(0xe0, [0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]),
    ...tables.flatMap((table, place) => segment(0xdb, [place, ...zigzag.map((at) => table[at] as number)])),
    ...segment(0xc0, [
      8,
      ...word(height),
      ...word(width),
      channels,
      ...components.flatMap((index) => [index + 1, 0x11, index === 0 ? 0 : 1]),
    ]),
    ...segment(0xc4, [...huffman(0x00, dcCodes), ...huffman(0x10, acCodes)]),
    ...segment(0xda, [channels, ...components.flatMap((index) => [index + 1, 0]), 0, 63, 0]),
  ]
}

/** One component of 8 by 8 pixels around 0; the last column and row go on beyond the picture. */
function fill(block: Float32Array, picture: Picture, left: number, top: number, component: number): void {
  const { width, height, channels, data } = picture
  for (let index = 0; index < 64; index += 1) {
    const x = Math.min(left + (index & 7), width - 1)
    const y = Math.min(top + (index >> 3), height - 1)
    const at = (y * width + x) * channels
    block[index] = channels === 1 ? (data[at] as number) - 128 : colour(data, at, component)
  }
}

/** PS3.3 C.7.6.3.1.2, which is JFIF's. */
function colour(data: Uint8Array, at: number, component: number): number {
  const [red, green, blue] = [data[at] as number, data[at + 1] as number, data[at + 2] as number]
  if (component === 0) return 0.299 * red + 0.587 * green + 0.114 * blue - 128
  if (component === 1) return -0.168736 * red - 0.331264 * green + 0.5 * blue
  return 0.5 * red - 0.418688 * green - 0.081312 * blue
}

function writeBlock(writer: BitWriter, coefficients: Int16Array, previous: number): number {
  const first = coefficients[0] as number
  writeValue(writer, dc, 0, first - previous)
  let zeros = 0
  for (let index = 1; index < 64; index += 1) {
    const value = coefficients[index] as number
    if (value === 0) {
      zeros += 1
      continue
    }
    for (; zeros > 15; zeros -= 16) writer.code(ac, 0xf0)
    writeValue(writer, ac, zeros << 4, value)
    zeros = 0
  }
  if (zeros > 0) writer.code(ac, 0)
  return first
}

/** The number of bits, and the bits, of which the smaller half stands for negative values. */
function writeValue(writer: BitWriter, codes: Codes, run: number, value: number): void {
  const size = 32 - Math.clz32(Math.abs(value))
  writer.code(codes, run | size)
  if (size > 0) writer.bits(value < 0 ? value + (1 << size) - 1 : value, size)
}
