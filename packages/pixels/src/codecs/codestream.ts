import { malformedFrame, truncatedFrame } from '../errors.ts'
import type { FrameInfo } from './frame-info.ts'
import { tileCount } from './tile-parts.ts'

/** Tiles cost more to set up than to decode: no image is cut into more. */
const mostTiles = 16_384

const startOfCodestream = [0xff, 0x4f]
/** Of a JP2 file (ISO 15444-1 I.5.1). */
const signatureBox = [0, 0, 0, 12, 0x6a, 0x50, 0x20, 0x20]

/** The codestream in a JP2 file; what begins with a codestream is one. */
export function codestreamOf(bytes: Uint8Array): Uint8Array {
  if (bytes[0] === 0xff && bytes[1] === 0x4f) return bytes
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  while (at + 8 <= bytes.length) {
    const length = view.getUint32(at)
    const isCodestream = view.getUint32(at + 4) === 0x6a703263
    const start = at + (length === 1 ? 16 : 8)
    if (isCodestream) return bytes.subarray(start, length === 0 || length === 1 ? bytes.length : at + length)
    if (length < 8) break
    at += length
  }
  const isCutOff = beginsLike(bytes, startOfCodestream) || (beginsLike(bytes, signatureBox) && at + 8 > bytes.length)
  if (isCutOff) throw truncatedFrame()
  throw malformedFrame('it is no JPEG 2000')
}

/** As far as there are bytes. */
function beginsLike(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, index) => index >= bytes.length || bytes[index] === byte)
}

/** SIZ (ISO 15444-1 A.5.1). */
export function readSize(codestream: Uint8Array): FrameInfo {
  if (codestream.length < 43) throw truncatedFrame()
  const view = new DataView(codestream.buffer, codestream.byteOffset, codestream.byteLength)
  if (view.getUint32(0) !== 0xff4fff51) throw malformedFrame('it is no JPEG 2000')
  const [right, bottom, left, top] = [8, 12, 16, 20].map((at) => view.getUint32(at)) as [number, number, number, number]
  const componentCount = view.getUint16(40)
  const [width, height] = [right - left, bottom - top]
  const tiles = tileCount(codestream)
  // Those of no size are no number.
  if (!(tiles >= 1 && tiles <= mostTiles)) {
    throw malformedFrame(`it has no tiles, or more than ${mostTiles}`)
  }
  if (codestream.length < 42 + 3 * componentCount) throw truncatedFrame()
  const depths = Array.from({ length: componentCount }, (_, index) => codestream[42 + 3 * index] as number)
  for (let index = 0; index < componentCount; index += 1) {
    if (codestream[43 + 3 * index] !== 1 || codestream[44 + 3 * index] !== 1 || depths[index] !== depths[0]) {
      throw malformedFrame('its components are not alike')
    }
  }
  return { width, height, componentCount, bitsPerSample: ((depths[0] ?? 0) & 0x7f) + 1 }
}
