import { GantryError, type Signal } from '@gantry/core'

import { encodingJpeg } from './encode/jpeg.ts'
import { decodeFrame, type DecodeOptions } from './decode/decode-frame.ts'
import type { DecodedFrame } from './decode/decoded-frame.ts'
import { encodePng } from './encode/png.ts'
import { malformedFrame } from './errors.ts'
import { describeImage, type ImageDescription, type ImageHeader, type VoiWindow } from './image/image-description.ts'
import { toRgb } from './render/colour.ts'
import { toGrey } from './render/grey.ts'
import { fitted, type Picture, scaling, type Size } from './render/scale.ts'
import { checkSignal, inTurns } from './turns.ts'

export interface RenderOptions extends DecodeOptions {
  /** As `readHeader` of `@gantry/dicom` gives it. */
  readonly header: ImageHeader
  /** The bytes of the frame, as `FrameRanges.read` gives them. */
  readonly frame: Uint8Array
  /** Which frame it is, counted from 1: frames may have windows of their own. Default: 1. */
  readonly frameNumber?: number | undefined
  /** Default: that of the header. */
  readonly transferSyntaxUID?: string | undefined
  /** Default: what the header says, else all values that there are. Colour has none. */
  readonly window?: VoiWindow | undefined
  /** Pixels that the picture must fit into; it is made smaller or larger. Default: as it is. */
  readonly viewport?: Size | undefined
  /** Default: `image/png`. */
  readonly type?: RenderedType | undefined
  /** Of JPEG, from 1 to 100. Default: 90. */
  readonly quality?: number | undefined
  readonly signal?: Signal | undefined
}

export type RenderedType = 'image/png' | 'image/jpeg'

/** A picture that anything can show. */
export interface RenderedFrame extends Size {
  readonly type: RenderedType
  readonly bytes: Uint8Array
}

/** One frame as a picture. Fails as `decodeFrame` does, and with `invalid` for a window or viewport that is none. */
export async function renderFrame(options: RenderOptions): Promise<RenderedFrame> {
  const { header, frame, frameNumber = 1, window, viewport, signal } = options
  if (window !== undefined && !(window.width > 0 && Number.isFinite(window.width) && Number.isFinite(window.center))) {
    throw new GantryError('invalid', 'The width of a window is a number above 0, its center any number.')
  }
  const image = describeImage(header, frameNumber)
  const decoded = await decodeFrame(image, frame, options.transferSyntaxUID ?? header.transferSyntax.uid, options)
  checkSignal(signal)
  const whole = toPicture(decoded, image, window)
  const picture = viewport === undefined ? whole : await inTurns(scaling(whole, fitted(whole, viewport)), signal)
  checkSignal(signal)
  const { width, height } = picture
  const { type = 'image/png', quality = 90 } = options
  const bytes = type === 'image/jpeg' ? await inTurns(encodingJpeg(picture, quality), signal) : await encodePng(picture)
  return { type, width, height, bytes }
}

function toPicture(frame: DecodedFrame, image: ImageDescription, window: VoiWindow | undefined): Picture {
  const size = { width: frame.columns, height: frame.rows }
  const isGrey = frame.photometricInterpretation.startsWith('MONOCHROME')
  const samples = isGrey || image.palette !== undefined ? 1 : 3
  if (frame.samplesPerPixel !== samples) {
    throw malformedFrame('its samples are not those of its photometric interpretation')
  }
  if (isGrey) {
    return { ...size, channels: 1, data: toGrey(frame, image, window) }
  }
  return { ...size, channels: 3, data: toRgb(frame, image) }
}
