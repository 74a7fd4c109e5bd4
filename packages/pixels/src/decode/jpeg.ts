import type { PixelDescription } from '../image/pixel-description.ts'
import { type DecodedJpeg, decodeJpeg } from '../jpeg/decode-jpeg.ts'
import type { DecodedFrame } from './decoded-frame.ts'
import { withSign } from './integers.ts'

/** A frame of one of the JPEG syntaxes. */
export function decodeJpegFrame(bytes: Uint8Array, pixels: PixelDescription): DecodedFrame {
  const { rows, columns, samplesPerPixel } = pixels
  const decoded = decodeJpeg(bytes, pixels)
  const { samples, precision } = decoded
  return {
    rows,
    columns,
    samplesPerPixel,
    photometricInterpretation: photometricOf(decoded, pixels),
    bitsStored: precision,
    samples: pixels.signed ? withSign(samples, precision) : samples,
  }
}

/**
 * What the samples are of. What Adobe's segment says, the names of the components, or JFIF, whose colour is always YCbCr
 * (ITU-T T.871 7), counts for more than the header, which is often wrong about it. Lossless JPEG is none of JFIF's processes:
 * a segment that names it there says nothing of colour.
 */
function photometricOf({ adobeTransform, ids, jfif, isLossless }: DecodedJpeg, pixels: PixelDescription): string {
  const { photometricInterpretation: name, samplesPerPixel } = pixels
  if (samplesPerPixel !== 3) return name
  if (adobeTransform === 1) return 'YBR_FULL'
  if (adobeTransform === 0 || (ids[0] === 0x52 && ids[1] === 0x47 && ids[2] === 0x42)) return 'RGB'
  return jfif && !isLossless ? 'YBR_FULL' : name
}
