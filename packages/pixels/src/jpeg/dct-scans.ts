import type { Samples } from '../decode/decoded-frame.ts'
import { malformedFrame } from '../errors.ts'
import { BitReader } from './bit-reader.ts'
import { BlockDecoder } from './block-decoder.ts'
import type { Tables } from './decode-jpeg.ts'
import { assemble } from './assemble.ts'
import type { JpegFrame } from './jpeg-image.ts'
import { readScanHeader, type ScanHeader } from './scan-header.ts'

/** The processes that transform blocks: their scans fill in coefficients, from which the samples are made in the end. */
export class DctScans {
  readonly scanned = new Set<number>()
  ranOut = false
  readonly #frame: JpegFrame
  readonly #coefficients: readonly Int16Array[]

  constructor(frame: JpegFrame) {
    this.#frame = frame
    this.#coefficients = frame.components.map(({ roomWide, roomHigh }) => new Int16Array(roomWide * roomHigh * 64))
  }

  scan(segment: Uint8Array, bytes: Uint8Array, position: number, tables: Tables): number {
    const header = readScanHeader(segment, this.#frame)
    const isProgressive = this.#frame.process === 2
    const { first, last, parts } = header
    if (isProgressive && (last > 63 || first > last || (first === 0 && last > 0) || (first > 0 && parts.length > 1))) {
      throw malformedFrame('a scan is of no part of the spectrum')
    }
    const reader = new BitReader(bytes, position)
    const blocks = new BlockDecoder(reader, header, isProgressive)
    const decode = (part: ScanHeader['parts'][number], block: number): void => {
      const coefficients = this.#coefficients[part.index] as Int16Array
      blocks.decode(coefficients, block * 64, part.index, tables.dc[part.dc], tables.ac[part.ac])
    }
    const restarting = () => {
      reader.restart()
      blocks.reset()
    }
    const only = parts.length === 1 ? parts[0] : undefined
    if (only === undefined) this.#interleaved(header, decode, tables.restartInterval, restarting)
    else eachBlock(only, decode, tables.restartInterval, restarting)
    if (!isProgressive || first === 0) for (const { index } of parts) this.scanned.add(index)
    this.ranOut = reader.ranOut
    return reader.position
  }

  samples({ quantization }: Tables): Samples {
    return assemble(this.#frame, this.#coefficients, quantization)
  }

  #interleaved(
    { parts }: ScanHeader,
    decode: (part: ScanHeader['parts'][number], block: number) => void,
    interval: number,
    restart: () => void,
  ): void {
    const { rows, columns, mostHorizontal, mostVertical } = this.#frame
    const wide = Math.ceil(columns / 8 / mostHorizontal)
    const units = wide * Math.ceil(rows / 8 / mostVertical)
    for (let unit = 0; unit < units; unit += 1) {
      if (interval > 0 && unit > 0 && unit % interval === 0) restart()
      const [x, y] = [unit % wide, Math.floor(unit / wide)]
      for (const part of parts) {
        const { horizontal, vertical, roomWide } = part.component
        for (let down = 0; down < vertical; down += 1) {
          for (let across = 0; across < horizontal; across += 1) {
            decode(part, (y * vertical + down) * roomWide + x * horizontal + across)
          }
        }
      }
    }
  }
}

function eachBlock(
  part: ScanHeader['parts'][number],
  decode: (part: ScanHeader['parts'][number], block: number) => void,
  interval: number,
  restart: () => void,
): void {
  const { blocksWide, blocksHigh, roomWide } = part.component
  for (let unit = 0; unit < blocksWide * blocksHigh; unit += 1) {
    if (interval > 0 && unit > 0 && unit % interval === 0) restart()
    decode(part, Math.floor(unit / blocksWide) * roomWide + (unit % blocksWide))
  }
}
