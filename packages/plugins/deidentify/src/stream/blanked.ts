import { type Bytes, GantryError } from '@gantry/core'
import type { DicomHeader } from '@gantry/dicom'

import { NativeBlanker } from '../pixels/blank-native.ts'
import { blankRle } from '../pixels/blank-rle.ts'
import { frameShape } from '../pixels/frame-shape.ts'
import type { Rectangle } from '../pixels/rectangle.ts'

const rleLossless = '1.2.840.10008.1.2.5'

/** How the pixels of a file are blanked; checked before the first byte of it is written. */
export interface Blanking {
  /** Frames get other lengths. */
  readonly repacked: boolean
  readonly apply: (value: Bytes) => Bytes
}

/** `undefined` where there is nothing to blank. */
export function blankingOf(header: DicomHeader, rectangles: readonly Rectangle[]): Blanking | undefined {
  const { pixelData, transferSyntax } = header
  if (rectangles.length === 0 || pixelData === undefined) return undefined
  if (pixelData.length === undefined) {
    if (transferSyntax.uid !== rleLossless) {
      throw new GantryError('unsupported', 'These pixels are compressed in a way that cannot be blanked here.')
    }
    const shape = { ...frameShape(header), halved: false }
    return { repacked: true, apply: (value) => blankRle(value, shape, rectangles) }
  }
  const blanker = new NativeBlanker(frameShape(header), rectangles, pixelData.length)
  return { repacked: false, apply: (value) => blankedNative(value, blanker) }
}

async function* blankedNative(value: Bytes, blanker: NativeBlanker): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of value) yield blanker.pass(chunk)
}
