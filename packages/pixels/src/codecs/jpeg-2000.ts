// oxlint-disable-next-line typescript/triple-slash-reference -- who runs from source includes no file of this folder but by imports.
/// <reference path="./codecs.d.ts" />
import type { DecodedFrame } from '../decode/decoded-frame.ts'
import { malformedFrame } from '../errors.ts'
import type { PixelDescription } from '../image/pixel-description.ts'
import { Codec, type Disposable, using } from './codec-module.ts'
import { checkInfo, type FrameInfo, fromCodec } from './frame-info.ts'
import { codestreamOf, readSize } from './codestream.ts'
import { wholeCodestream } from './tile-parts.ts'

interface Decoder extends Disposable {
  getEncodedBuffer(length: number): Uint8Array
  getDecodedBuffer(): Uint8Array
  getFrameInfo(): FrameInfo
  decode(): void
  readHeader(): void
}

interface OpenJpeg {
  readonly J2KDecoder: new () => Decoder
}

interface OpenJph {
  readonly HTJ2KDecoder: new () => Decoder
}

const openJpeg = new Codec<OpenJpeg>(
  () => import('@cornerstonejs/codec-openjpeg/decodewasmjs'),
  () => new URL('@cornerstonejs/codec-openjpeg/decodewasm', import.meta.url),
)
const openJph = new Codec<OpenJph>(
  () => import('@cornerstonejs/codec-openjph/wasmjs'),
  () => new URL('@cornerstonejs/codec-openjph/wasm', import.meta.url),
)

/** JPEG 2000 (ISO 15444-1), as a codestream or in the JP2 file that some writers leave around it. */
export async function decodeJpeg2000(bytes: Uint8Array, pixels: PixelDescription): Promise<DecodedFrame> {
  const codestream = codestreamOf(bytes)
  checkInfo(readSize(codestream), pixels)
  const whole = wholeCodestream(codestream)
  return await openJpeg.use(({ J2KDecoder }) => decodeBy(() => new J2KDecoder(), whole, pixels))
}

/** High-throughput JPEG 2000 (ISO 15444-15). */
export async function decodeHtj2k(bytes: Uint8Array, pixels: PixelDescription): Promise<DecodedFrame> {
  const codestream = codestreamOf(bytes)
  checkInfo(readSize(codestream), pixels)
  const whole = wholeCodestream(codestream)
  return await openJph.use(({ HTJ2KDecoder }) => decodeBy(() => new HTJ2KDecoder(), whole, pixels))
}

function decodeBy(create: () => Decoder, codestream: Uint8Array, pixels: PixelDescription): DecodedFrame {
  return using(create, (decoder) => {
    decoder.getEncodedBuffer(codestream.length).set(codestream)
    decoder.decode()
    const info = decoder.getFrameInfo()
    // It says like that that it failed.
    if (info.width === 0) throw malformedFrame('its bytes are damaged')
    checkInfo(info, pixels)
    // The decoder has undone the transformation of colour that the codestream declares.
    const name = pixels.photometricInterpretation
    const photometric = name === 'YBR_RCT' || name === 'YBR_ICT' ? 'RGB' : name
    return fromCodec(decoder.getDecodedBuffer(), info, pixels, { planar: false, photometric })
  })
}
