import type { Samples } from '../decode/decoded-frame.ts'
import { malformedFrame, unsupportedFrame } from '../errors.ts'
import { BitReader } from './bit-reader.ts'
import type { Tables } from './decode-jpeg.ts'
import type { HuffmanTable } from './huffman-table.ts'
import type { JpegFrame } from './jpeg-image.ts'
import { readScanHeader } from './scan-header.ts'

/** The lossless process (T.81 H): each sample as its difference to what its neighbours foretell. */
export class LosslessScan {
  readonly scanned = new Set<number>()
  ranOut = false
  readonly #frame: JpegFrame
  readonly #samples: Uint8Array | Uint16Array

  constructor(frame: JpegFrame) {
    if (frame.components.some(({ horizontal, vertical }) => horizontal !== 1 || vertical !== 1)) {
      throw unsupportedFrame('they are lossless JPEG with samples left out')
    }
    this.#frame = frame
    const length = frame.rows * frame.columns * frame.components.length
    this.#samples = frame.precision <= 8 ? new Uint8Array(length) : new Uint16Array(length)
  }

  scan(segment: Uint8Array, bytes: Uint8Array, position: number, { dc, restartInterval }: Tables): number {
    const { parts, first: predictor, low } = readScanHeader(segment, this.#frame)
    if (predictor < 1 || predictor > 7) throw malformedFrame('its predictor is none of JPEG')
    const { rows, columns, precision, components } = this.#frame
    const huffman = parts.map((part) => dc[part.dc])
    if (huffman.includes(undefined)) throw malformedFrame('a scan lacks its Huffman table')
    const reader = new BitReader(bytes, position)
    const samples = this.#samples
    const pixel = components.length
    const row = columns * pixel
    const start = 1 << (precision - low - 1)
    let left = restartInterval
    let firstRow = 0
    for (let y = 0; y < rows; y += 1) {
      for (let x = 0; x < columns; x += 1) {
        if (restartInterval > 0 && left === 0) {
          reader.restart()
          left = restartInterval
          firstRow = y
          if (x !== 0) throw unsupportedFrame('they are lossless JPEG that restarts within a row')
        }
        left -= 1
        for (const [at, part] of parts.entries()) {
          const index = y * row + x * pixel + part.index
          const difference = this.#difference(reader, huffman[at] as HuffmanTable)
          const expected =
            y === firstRow
              ? x === 0
                ? start
                : value(samples, index - pixel, low)
              : x === 0
                ? value(samples, index - row, low)
                : foretold(
                    predictor,
                    value(samples, index - pixel, low),
                    value(samples, index - row, low),
                    value(samples, index - row - pixel, low),
                  )
          samples[index] = ((expected + difference) & 0xffff) << low
        }
      }
    }
    for (const { index } of parts) this.scanned.add(index)
    this.ranOut = reader.ranOut
    return reader.position
  }

  samples(): Samples {
    return this.#samples
  }

  #difference(reader: BitReader, table: HuffmanTable): number {
    const size = reader.symbol(table)
    if (size > 16) throw malformedFrame('a difference is too long')
    return size === 16 ? 32_768 : reader.signed(size)
  }
}

function value(samples: Uint8Array | Uint16Array, index: number, low: number): number {
  return (samples[index] as number) >> low
}

function foretold(predictor: number, left: number, above: number, corner: number): number {
  switch (predictor) {
    case 1:
      return left
    case 2:
      return above
    case 3:
      return corner
    case 4:
      return left + above - corner
    case 5:
      return left + ((above - corner) >> 1)
    case 6:
      return above + ((left - corner) >> 1)
    default:
      return (left + above) >> 1
  }
}
