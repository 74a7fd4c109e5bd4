import type { Samples } from '../decode/decoded-frame.ts'
import { malformedFrame, truncatedFrame, unsupportedFrame } from '../errors.ts'
import { huffmanTable, type HuffmanTable } from './huffman-table.ts'
import type { JpegColour, JpegFrame } from './jpeg-image.ts'
import { LosslessScan } from './lossless-scan.ts'
import { type Expected, readFrameHeader } from './read-frame-header.ts'
import { DctScans } from './dct-scans.ts'

export interface DecodedJpeg extends JpegColour {
  readonly precision: number
  readonly isLossless: boolean
  /** Identifiers of the components: `RGB` spelled in them says that there is no transformation. */
  readonly ids: readonly number[]
  /** As they are coded, without any transformation of colour. */
  readonly samples: Samples
}

/** Tables as the markers of a file define them, again and again. */
export interface Tables {
  readonly dc: (HuffmanTable | undefined)[]
  readonly ac: (HuffmanTable | undefined)[]
  readonly quantization: (Uint16Array | undefined)[]
  restartInterval: number
}

interface Scanner {
  /** The components that scans have filled, by their index: of progressive ones, at least with their mean. */
  readonly scanned: ReadonlySet<number>
  /** Whether the last scan took bits that were not there. */
  readonly ranOut: boolean
  /** Decodes a scan whose entropy coded data begin at `position`; where they end is returned. */
  scan(header: Uint8Array, bytes: Uint8Array, position: number, tables: Tables): number
  samples(tables: Tables): Samples
}

const mostScans = 512

/** JPEG of Huffman coded processes: baseline, extended, progressive, lossless (ITU-T T.81). */
export function decodeJpeg(bytes: Uint8Array, expected: Expected): DecodedJpeg {
  const tables: Tables = { dc: [], ac: [], quantization: [], restartInterval: 0 }
  const colour: JpegColour = { jfif: false, adobeTransform: undefined }
  let frame: JpegFrame | undefined
  let scanner: Scanner | undefined
  let scans = 0
  let position = 2
  let hasEnd = false
  if (bytes[0] !== 0xff || (bytes[1] ?? 0xd8) !== 0xd8) throw malformedFrame('it is no JPEG')
  for (;;) {
    // What stands between segments is passed over, as every decoder does.
    while (position < bytes.length && bytes[position] !== 0xff) position += 1
    while (bytes[position] === 0xff) position += 1
    const marker = bytes[position++]
    hasEnd = marker === 0xd9
    if (hasEnd || (marker === undefined && scans > 0)) break
    if (marker === undefined) throw truncatedFrame()
    if (marker === 0 || marker === 1 || (marker >= 0xd0 && marker <= 0xd8)) continue
    const length = ((bytes[position] ?? 0) << 8) | (bytes[position + 1] ?? 0)
    const end = position + length
    if (length < 2 || end > bytes.length) throw truncatedFrame()
    const segment = bytes.subarray(position + 2, end)
    position = end
    if (marker === 0xda) {
      if (frame === undefined || scanner === undefined) throw malformedFrame('a scan comes before its frame')
      scans += 1
      if (scans > mostScans) throw malformedFrame(`it has more than ${mostScans} scans`)
      position = scanner.scan(segment, bytes, position, tables)
    } else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      if (frame !== undefined) throw malformedFrame('it has two frames')
      frame = readFrameHeader(marker - 0xc0, segment, expected)
      scanner = frame.process === 3 ? new LosslessScan(frame) : new DctScans(frame)
    } else if (marker === 0xcc) throw unsupportedFrame('their JPEG process is arithmetic')
    else readSegment(marker, segment, tables, colour)
  }
  if (frame === undefined || scanner === undefined || scans === 0) throw truncatedFrame()
  if (!isWhole(frame, scanner, hasEnd)) throw truncatedFrame()
  const ids = frame.components.map(({ id }) => id)
  const { precision, process } = frame
  return { ...colour, ids, precision, isLossless: process === 3, samples: scanner.samples(tables) }
}

/**
 * Whether nothing is missing. Some writers leave out the end (EOI): that is nothing where all samples came. What is left
 * of progressive ones would not be missed by the decoder, so that only the end says that there is no more.
 */
function isWhole({ process, components }: JpegFrame, { scanned, ranOut }: Scanner, hasEnd: boolean): boolean {
  return scanned.size === components.length && (hasEnd || (process !== 2 && !ranOut))
}

function readSegment(marker: number, segment: Uint8Array, tables: Tables, colour: JpegColour): void {
  if (marker === 0xc4) readHuffman(segment, tables)
  else if (marker === 0xdb) readQuantization(segment, tables)
  else if (marker === 0xdd) tables.restartInterval = ((segment[0] ?? 0) << 8) | (segment[1] ?? 0)
  else if (marker === 0xe0 && isNamed(segment, 'JFIF')) colour.jfif = true
  else if (marker === 0xee && isNamed(segment, 'Adobe')) colour.adobeTransform = segment[11]
}

function isNamed(segment: Uint8Array, name: string): boolean {
  return Array.from(segment.subarray(0, name.length), (byte) => String.fromCharCode(byte)).join('') === name
}

function readHuffman(segment: Uint8Array, { dc, ac }: Tables): void {
  let at = 0
  while (at + 17 <= segment.length) {
    const place = segment[at] as number
    const counts = segment.subarray(at + 1, at + 17)
    const total = counts.reduce((sum, count) => sum + count, 0)
    if (total > 256 || at + 17 + total > segment.length) throw malformedFrame('a Huffman table is cut off')
    const kind = place >> 4 === 0 ? dc : ac
    kind[place & 3] = huffmanTable(counts, segment.subarray(at + 17, at + 17 + total))
    at += 17 + total
  }
}

function readQuantization(segment: Uint8Array, { quantization }: Tables): void {
  let at = 0
  while (at < segment.length) {
    const place = segment[at] as number
    const width = place >> 4 === 0 ? 1 : 2
    if (at + 1 + 64 * width > segment.length) throw malformedFrame('a quantization table is cut off')
    const start = at + 1
    quantization[place & 3] = Uint16Array.from({ length: 64 }, (_, index) =>
      width === 1
        ? (segment[start + index] as number)
        : ((segment[start + 2 * index] as number) << 8) | (segment[start + 2 * index + 1] as number),
    )
    at = start + 64 * width
  }
}
