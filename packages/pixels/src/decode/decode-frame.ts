import { GantryError, isGantryError } from '@gantry/core'

import { malformedFrame, truncatedFrame, unsupportedSyntax } from '../errors.ts'
import type { PixelDescription } from '../image/pixel-description.ts'
import type { DecodedFrame } from './decoded-frame.ts'
import { decoderOf } from './decoders.ts'

/** Of samples; more are refused before anything is allocated for them. */
const defaultMaxSamples = 1 << 27

export interface DecodeOptions {
  /** Rows by columns by samples of a pixel; more are `invalid`. Default: 134,217,728. */
  readonly maxSamples?: number | undefined
}

/**
 * The pixels of one frame. `bytes` are those of the frame, as `FrameRanges.read` of `@gantry/dicom` gives them.
 *
 * Fails with `invalid` for bytes that are not what the header and the syntax promise, with `integrity` where they are
 * cut off, and with `unsupported` for a syntax that cannot be decoded here.
 */
export async function decodeFrame(
  pixels: PixelDescription,
  bytes: Uint8Array,
  transferSyntaxUID: string,
  options: DecodeOptions = {},
): Promise<DecodedFrame> {
  const decode = decoderOf(transferSyntaxUID)
  if (decode === undefined) throw unsupportedSyntax(transferSyntaxUID)
  const { rows, columns, samplesPerPixel } = pixels
  const { maxSamples = defaultMaxSamples } = options
  if (rows * columns * samplesPerPixel > maxSamples) {
    throw new GantryError('invalid', `The frame has more than the ${maxSamples} samples that are decoded at once.`)
  }
  if (bytes.length === 0) throw truncatedFrame()
  try {
    return await decode(bytes, pixels)
  } catch (error) {
    throw isGantryError(error) ? error : malformedFrame('its bytes are damaged', error)
  }
}
