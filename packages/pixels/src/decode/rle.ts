import { malformedFrame, truncatedFrame } from '../errors.ts'
import type { PixelDescription } from '../image/pixel-description.ts'
import type { Samples } from './decoded-frame.ts'
import { decodeNative } from './native.ts'

const headerLength = 64

/** What RLE has to know of a frame. */
export type RleShape = Pick<PixelDescription, 'rows' | 'columns' | 'samplesPerPixel' | 'bitsAllocated'>

/** RLE Lossless (PS3.5 G): a segment for each byte of each sample, the most significant first. */
export function decodeRle(bytes: Uint8Array, pixels: PixelDescription): Samples {
  const native = unpackRle(bytes, pixels)
  return decodeNative(native, { ...pixels, planar: false, bigEndian: false })
}

/** The same frame as native pixels: little endian, the samples of a pixel together; bits that are not used included. */
export function unpackRle(bytes: Uint8Array, pixels: RleShape): Uint8Array {
  const { rows, columns, samplesPerPixel, bitsAllocated } = pixels
  if (bitsAllocated % 8 !== 0) throw malformedFrame('RLE pixels are of whole bytes')
  if (bytes.length < headerLength) throw truncatedFrame()
  const header = new DataView(bytes.buffer, bytes.byteOffset, headerLength)
  const width = bitsAllocated / 8
  const segments = samplesPerPixel * width
  if (header.getUint32(0, true) !== segments) throw malformedFrame('it has another number of RLE segments')
  const area = rows * columns
  const decoded = new Uint8Array(area * segments)
  for (let segment = 0; segment < segments; segment += 1) {
    const start = header.getUint32(4 + 4 * segment, true)
    const end = segment + 1 < segments ? header.getUint32(8 + 4 * segment, true) : bytes.length
    if (Math.max(start, end) > bytes.length) throw truncatedFrame()
    if (start < headerLength || end < start) throw malformedFrame('an RLE segment lies nowhere')
    // Little endian, pixel after pixel: a byte of its own place for each segment.
    const sample = Math.floor(segment / width)
    const byte = width - 1 - (segment % width)
    unpack(bytes, start, end, decoded, sample * width + byte, segments, area)
  }
  return decoded
}

/** PackBits, every byte to its place `stride` further. What comes behind the last pixel is padding. */
function unpack(
  bytes: Uint8Array,
  start: number,
  end: number,
  out: Uint8Array,
  first: number,
  stride: number,
  count: number,
): void {
  let at = start
  let to = first
  const stop = first + stride * count
  while (to < stop) {
    if (at >= end) throw truncatedFrame()
    const code = bytes[at++] as number
    if (code === 128) continue
    const length = code < 128 ? code + 1 : 257 - code
    if (at + (code < 128 ? length : 1) > end) throw truncatedFrame()
    for (let index = 0; index < length && to < stop; index += 1, to += stride) {
      out[to] = bytes[code < 128 ? at + index : at] as number
    }
    at += code < 128 ? length : 1
  }
}
