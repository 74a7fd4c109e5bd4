import type { RleShape } from '../decode/rle.ts'
import { malformedFrame } from '../errors.ts'

const headerLength = 64

/**
 * One frame in RLE Lossless (PS3.5 G), from native little endian pixels whose samples stand together. Rows are packed
 * each for itself, as the standard asks for.
 */
export function encodeRle(native: Uint8Array, { rows, columns, samplesPerPixel, bitsAllocated }: RleShape): Uint8Array {
  const width = bitsAllocated / 8
  const stride = samplesPerPixel * width
  if (!Number.isInteger(width) || stride > 15) throw malformedFrame('RLE has 15 segments of whole bytes at most')
  if (native.length !== rows * columns * stride) throw malformedFrame('it has another size than its header says')
  const segments: Uint8Array[] = []
  for (let sample = 0; sample < samplesPerPixel; sample += 1) {
    for (let byte = width - 1; byte >= 0; byte -= 1) {
      segments.push(encodeSegment(native, sample * width + byte, stride, rows, columns))
    }
  }
  const length = segments.reduce((sum, segment) => sum + segment.length, headerLength)
  const frame = new Uint8Array(length)
  const view = new DataView(frame.buffer)
  view.setUint32(0, segments.length, true)
  let offset = headerLength
  for (const [index, segment] of segments.entries()) {
    view.setUint32(4 + 4 * index, offset, true)
    frame.set(segment, offset)
    offset += segment.length
  }
  return frame
}

function encodeSegment(native: Uint8Array, first: number, stride: number, rows: number, columns: number): Uint8Array {
  // The worst row is all literals: one more byte for each 128; and one that makes the segment even.
  const out = new Uint8Array(rows * (columns + Math.ceil(columns / 128)) + 1)
  const row = new Uint8Array(columns)
  let length = 0
  let at = first
  for (let index = 0; index < rows; index += 1) {
    for (let column = 0; column < columns; column += 1, at += stride) row[column] = native[at] as number
    length = packRow(row, out, length)
  }
  return out.slice(0, length + (length % 2))
}

/** PackBits: runs of three and more, and of two where no literal has begun. */
function packRow(row: Uint8Array, out: Uint8Array, start: number): number {
  let length = start
  let literal = 0
  let at = 0
  while (at < row.length) {
    let end = at + 1
    while (end < row.length && end - at < 128 && row[end] === row[at]) end += 1
    const run = end - at
    if (run < 3 && !(run === 2 && literal === at)) {
      at = end
      continue
    }
    length = packLiteral(row.subarray(literal, at), out, length)
    out[length++] = 257 - run
    out[length++] = row[at] as number
    at = end
    literal = end
  }
  return packLiteral(row.subarray(literal), out, length)
}

function packLiteral(bytes: Uint8Array, out: Uint8Array, start: number): number {
  let length = start
  for (let at = 0; at < bytes.length; at += 128) {
    const part = bytes.subarray(at, at + 128)
    out[length++] = part.length - 1
    out.set(part, length)
    length += part.length
  }
  return length
}
