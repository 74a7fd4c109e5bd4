import { decodeHtj2k, decodeJpeg2000 } from '../codecs/jpeg-2000.ts'
import { decodeJpegLs } from '../codecs/jpeg-ls.ts'
import type { PixelDescription } from '../image/pixel-description.ts'
import type { DecodedFrame, Samples } from './decoded-frame.ts'
import { decodeJpegFrame } from './jpeg.ts'
import { decodeNative } from './native.ts'
import { decodeRle } from './rle.ts'

export type Decode = (bytes: Uint8Array, pixels: PixelDescription) => DecodedFrame | Promise<DecodedFrame>

const native = asStored(decodeNative)

const decoders: ReadonlyMap<string, Decode> = new Map([
  ['1.2.840.10008.1.2', native],
  ['1.2.840.10008.1.2.1', native],
  ['1.2.840.10008.1.2.1.99', native],
  ['1.2.840.10008.1.2.2', native],
  ['1.2.840.113619.5.2', native],
  ['1.2.840.10008.1.2.5', asStored(decodeRle)],
  // Baseline, extended, spectral selection, full progression, lossless, lossless of the first predictor.
  ['1.2.840.10008.1.2.4.50', decodeJpegFrame],
  ['1.2.840.10008.1.2.4.51', decodeJpegFrame],
  ['1.2.840.10008.1.2.4.53', decodeJpegFrame],
  ['1.2.840.10008.1.2.4.55', decodeJpegFrame],
  ['1.2.840.10008.1.2.4.57', decodeJpegFrame],
  ['1.2.840.10008.1.2.4.70', decodeJpegFrame],
  ['1.2.840.10008.1.2.4.80', decodeJpegLs],
  ['1.2.840.10008.1.2.4.81', decodeJpegLs],
  ['1.2.840.10008.1.2.4.90', decodeJpeg2000],
  ['1.2.840.10008.1.2.4.91', decodeJpeg2000],
  ['1.2.840.10008.1.2.4.201', decodeHtj2k],
  ['1.2.840.10008.1.2.4.202', decodeHtj2k],
  ['1.2.840.10008.1.2.4.203', decodeHtj2k],
])

/** By transfer syntax; `undefined` for one that is not decoded. */
export function decoderOf(transferSyntaxUID: string): Decode | undefined {
  return decoders.get(transferSyntaxUID)
}

/** Whether frames of a transfer syntax can be decoded. */
export function canDecode(transferSyntaxUID: string): boolean {
  return decoders.has(transferSyntaxUID)
}

function asStored(decode: (bytes: Uint8Array, pixels: PixelDescription) => Samples): Decode {
  return (bytes, pixels) => {
    const { rows, columns, samplesPerPixel, photometricInterpretation, bitsStored } = pixels
    return { rows, columns, samplesPerPixel, photometricInterpretation, bitsStored, samples: decode(bytes, pixels) }
  }
}
