// oxlint-disable-next-line typescript/triple-slash-reference -- who runs from source includes no file of this folder but by imports.
/// <reference path="./codecs.d.ts" />
import type { DecodedFrame } from '../decode/decoded-frame.ts'
import { malformedFrame, truncatedFrame } from '../errors.ts'
import type { PixelDescription } from '../image/pixel-description.ts'
import { Codec, type Disposable, using } from './codec-module.ts'
import { checkInfo, type FrameInfo, fromCodec } from './frame-info.ts'

interface Decoder extends Disposable {
  getEncodedBuffer(length: number): Uint8Array
  getDecodedBuffer(): Uint8Array
  getFrameInfo(): FrameInfo
  getInterleaveMode(): number
  decode(): void
}

interface CharLs {
  readonly JpegLSDecoder: new () => Decoder
}

const codec = new Codec<CharLs>(
  () => import('@cornerstonejs/codec-charls/decodewasmjs'),
  () => new URL('@cornerstonejs/codec-charls/decodewasm', import.meta.url),
)

/** JPEG-LS, lossless and near-lossless (ITU-T T.87). */
export async function decodeJpegLs(bytes: Uint8Array, pixels: PixelDescription): Promise<DecodedFrame> {
  checkInfo(readInfo(bytes), pixels)
  // The codec takes no other, and does not tell what is missing from what is wrong.
  if (!hasEnd(bytes)) throw truncatedFrame()
  return await codec.use(({ JpegLSDecoder }) =>
    using(
      () => new JpegLSDecoder(),
      (decoder) => {
        decoder.getEncodedBuffer(bytes.length).set(bytes)
        decoder.decode()
        const info = decoder.getFrameInfo()
        checkInfo(info, pixels)
        const planar = decoder.getInterleaveMode() === 0
        return fromCodec(decoder.getDecodedBuffer(), info, pixels, {
          planar,
          photometric: pixels.photometricInterpretation,
        })
      },
    ),
  )
}

/** Whether the end of the image (EOI) stands somewhere: coded data do not look like it (T.87 A.1). */
function hasEnd(bytes: Uint8Array): boolean {
  for (let at = bytes.indexOf(0xff); at >= 0; at = bytes.indexOf(0xff, at + 1)) if (bytes[at + 1] === 0xd9) return true
  return false
}

/** The frame header (SOF55), which comes before any scan. */
function readInfo(bytes: Uint8Array): FrameInfo {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 2
  while (bytes[at] === 0xff && at + 9 < bytes.length) {
    const marker = bytes[at + 1]
    if (marker === 0xf7) {
      return {
        bitsPerSample: view.getUint8(at + 4),
        height: view.getUint16(at + 5),
        width: view.getUint16(at + 7),
        componentCount: view.getUint8(at + 9),
      }
    }
    at += 2 + view.getUint16(at + 2)
  }
  if (at + 9 >= bytes.length) throw truncatedFrame()
  throw malformedFrame('it is no JPEG-LS')
}
