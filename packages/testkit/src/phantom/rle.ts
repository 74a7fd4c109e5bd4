export interface RleFrame {
  readonly rows: number
  readonly columns: number
  /** Default: 1. Pixels of several samples are interleaved (planar configuration 0). */
  readonly samplesPerPixel?: number
  readonly bytesPerSample: number
}

const headerLength = 64

/**
 * One frame, RLE encoded (PS3.5 Annex G): a segment for each byte of each sample, most significant byte first, a row at
 * a time. `pixels` are little endian.
 */
export function encodeRle(pixels: Uint8Array, frame: RleFrame): Buffer {
  const { rows, columns, samplesPerPixel = 1, bytesPerSample } = frame
  const stride = samplesPerPixel * bytesPerSample
  const segments: Uint8Array[] = []
  for (let sample = 0; sample < samplesPerPixel; sample += 1) {
    for (let byte = bytesPerSample - 1; byte >= 0; byte -= 1) {
      segments.push(encodeSegment(pixels, sample * bytesPerSample + byte, stride, rows, columns))
    }
  }
  const header = new DataView(new ArrayBuffer(headerLength))
  header.setUint32(0, segments.length, true)
  let offset = headerLength
  for (const [index, segment] of segments.entries()) {
    header.setUint32(4 + index * 4, offset, true)
    offset += segment.length
  }
  return Buffer.concat([new Uint8Array(header.buffer), ...segments])
}

function encodeSegment(pixels: Uint8Array, first: number, stride: number, rows: number, columns: number): Uint8Array {
  // The worst row is all literals: one more byte for each 128; and one to make the segment even.
  const out = new Uint8Array(rows * (columns + Math.ceil(columns / 128)) + 1)
  const row = new Uint8Array(columns)
  let length = 0
  let at = first
  for (let index = 0; index < rows; index += 1) {
    for (let column = 0; column < columns; column += 1, at += stride) row[column] = pixels[at] as number
    length = packRow(row, out, length)
  }
  return out.subarray(0, length + (length % 2))
}

/** PackBits (PS3.5 G.3.1). Runs of two within literals stay literals: as runs they would save nothing. */
function packRow(row: Uint8Array, out: Uint8Array, start: number): number {
  let length = start
  let at = 0
  let literal = 0
  const flushLiteral = (): void => {
    while (literal < at) {
      const count = Math.min(128, at - literal)
      out[length++] = count - 1
      out.set(row.subarray(literal, literal + count), length)
      length += count
      literal += count
    }
  }
  while (at < row.length) {
    const value = row[at] as number
    let end = at + 1
    while (end < row.length && end - at < 128 && row[end] === value) end += 1
    const run = end - at
    if (run >= 3 || (run === 2 && literal === at)) {
      flushLiteral()
      out[length++] = 257 - run
      out[length++] = value
      literal = end
    }
    at = end
  }
  flushLiteral()
  return length
}
