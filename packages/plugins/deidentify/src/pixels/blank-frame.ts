import type { FrameShape } from './frame-shape.ts'
import { NativeBlanker } from './blank-native.ts'
import type { Rectangle } from './rectangle.ts'

/** One frame of whole bytes, pixel after pixel, blanked. */
export function blankFrame(frame: Uint8Array, shape: FrameShape, rectangles: readonly Rectangle[]): Uint8Array {
  const one = { ...shape, frames: 1, planar: false, halved: false, swapped: false }
  return new NativeBlanker(one, rectangles, frame.length).pass(frame)
}
