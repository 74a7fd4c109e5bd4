import { type Bytes, GantryError } from '@gantry/core'
import type { DicomHeader } from '@gantry/dicom'

import { NativeBlanker } from '../pixels/blank-native.ts'
import { blankRle } from '../pixels/blank-rle.ts'
import { type FrameShape, frameShape } from '../pixels/frame-shape.ts'
import { clipped, type Rectangle } from '../pixels/rectangle.ts'

const rleLossless = '1.2.840.10008.1.2.5'

/** How the pixels of a file are blanked; checked before the first byte of it is written. */
export interface Blanking {
  /** Frames get other lengths. */
  readonly repacked: boolean
  readonly apply: (value: Bytes) => Bytes
}

/**
 * `undefined` where there is nothing to blank. `invalid` where all of it lies outside of the image: what it was to hide
 * would stay, in a file which says that its pixels were cleaned (PS3.15 E.3.1).
 */
export function blankingOf(header: DicomHeader, rectangles: readonly Rectangle[]): Blanking | undefined {
  const { pixelData, transferSyntax } = header
  if (rectangles.length === 0 || pixelData === undefined) return undefined
  const shape = frameShape(header)
  refuseOutside(shape, rectangles)
  if (pixelData.length === undefined) {
    if (transferSyntax.uid !== rleLossless) {
      throw new GantryError('unsupported', 'These pixels are compressed in a way that cannot be blanked here.')
    }
    return { repacked: true, apply: (value) => blankRle(value, { ...shape, halved: false }, rectangles) }
  }
  const blanker = new NativeBlanker(shape, rectangles, pixelData.length)
  return { repacked: false, apply: (value) => blankedNative(value, blanker) }
}

function refuseOutside(shape: FrameShape, rectangles: readonly Rectangle[]): void {
  if (rectangles.some((rectangle) => clipped(rectangle, shape) !== undefined)) return
  const { columns, rows } = shape
  throw new GantryError(
    'invalid',
    `Nothing that is to be blanked lies in this image of ${columns} x ${rows} pixels: leave it out, or say where its text is.`,
  )
}

async function* blankedNative(value: Bytes, blanker: NativeBlanker): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of value) yield blanker.pass(chunk)
}
