import { malformedFrame, truncatedFrame, unsupportedFrame } from '../errors.ts'
import type { JpegFrame } from './jpeg-image.ts'

export interface Expected {
  readonly rows: number
  readonly columns: number
  readonly samplesPerPixel: number
}

/** SOF (T.81 B.2.2). What is larger or smaller than the header of the image says is `invalid`: nothing is allocated for it. */
export function readFrameHeader(process: number, segment: Uint8Array, expected: Expected): JpegFrame {
  if (process > 3) throw unsupportedFrame('their JPEG process is arithmetic or hierarchical')
  if (segment.length < 6) throw truncatedFrame()
  const view = new DataView(segment.buffer, segment.byteOffset, segment.byteLength)
  const precision = view.getUint8(0)
  const rows = view.getUint16(1)
  const columns = view.getUint16(3)
  const count = view.getUint8(5)
  if (segment.length < 6 + 3 * count) throw truncatedFrame()
  if (rows !== expected.rows || columns !== expected.columns || count !== expected.samplesPerPixel) {
    throw malformedFrame('it has another size than its header says')
  }
  const isLossless = process === 3
  if (precision < 2 || precision > 16 || (!isLossless && precision !== 8 && precision !== 12)) {
    throw malformedFrame('its precision is none of JPEG')
  }
  const parts = Array.from({ length: count }, (_, index) => {
    const [id, sampling, quantization] = segment.subarray(6 + 3 * index) as unknown as [number, number, number]
    return { id, horizontal: sampling >> 4, vertical: sampling & 15, quantization }
  })
  if (parts.some(({ horizontal: h, vertical: v }) => h < 1 || h > 4 || v < 1 || v > 4)) {
    throw malformedFrame('its sampling factors are none of JPEG')
  }
  const mostHorizontal = Math.max(...parts.map(({ horizontal }) => horizontal))
  const mostVertical = Math.max(...parts.map(({ vertical }) => vertical))
  const components = parts.map((part) => ({
    ...part,
    blocksWide: Math.ceil((Math.ceil(columns / 8) * part.horizontal) / mostHorizontal),
    blocksHigh: Math.ceil((Math.ceil(rows / 8) * part.vertical) / mostVertical),
    roomWide: Math.ceil(columns / 8 / mostHorizontal) * part.horizontal,
    roomHigh: Math.ceil(rows / 8 / mostVertical) * part.vertical,
  }))
  return { process, precision, rows, columns, components, mostHorizontal, mostVertical }
}
