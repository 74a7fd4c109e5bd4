import { GantryError } from '@gantry/core'

import { copyOf } from '../values/copy-of.ts'
import type { FrameShape } from './frame-shape.ts'
import { clipped, type Rectangle } from './rectangle.ts'

/** A run of bytes, or of bits where pixels have one each, within a frame. */
interface Span {
  readonly start: number
  readonly end: number
}

/** Blanks rectangles in native pixel data as they pass, whatever the chunks; holds nothing but spans of one frame. */
export class NativeBlanker {
  readonly #shape: FrameShape
  readonly #spans: readonly Span[]
  /** Bytes, or bits, of a frame. */
  readonly #frame: number
  #position = 0

  /** `length`: bytes of the pixel data. */
  constructor(shape: FrameShape, rectangles: readonly Rectangle[], length: number) {
    this.#shape = shape
    this.#frame = frameLength(shape)
    const total = shape.bitsAllocated === 1 ? Math.ceil((this.#frame * shape.frames) / 8) : this.#frame * shape.frames
    // Else nobody can tell where in a frame a pixel lies.
    if (length < total || length > total + 1) {
      throw new GantryError('invalid', 'The pixel data have another size than the header says: nothing can be blanked.')
    }
    this.#spans = rectangles.flatMap((rectangle) => spansOf(shape, rectangle)).toSorted((a, b) => a.start - b.start)
  }

  /** The next bytes, blanked; a copy where there was something to blank. */
  pass(chunk: Uint8Array): Uint8Array {
    const start = this.#position
    this.#position += chunk.length
    if (this.#spans.length === 0) return chunk
    return this.#shape.bitsAllocated === 1 ? this.#passBits(chunk, start) : this.#passBytes(chunk, start)
  }

  #passBytes(chunk: Uint8Array, start: number): Uint8Array {
    let copy: Uint8Array | undefined
    const end = start + chunk.length
    // Where bytes are swapped in pairs, the pixel of one stands in the other, which may be in another chunk.
    const pair = this.#shape.swapped ? 1 : 0
    const first = Math.floor((start - (pair === 1 ? start % 2 : 0)) / this.#frame)
    for (let frame = first; frame * this.#frame < end + pair; frame += 1) {
      if (frame >= this.#shape.frames) break
      const base = frame * this.#frame
      for (const span of this.#spans) {
        const from = Math.max(base + span.start, start - pair)
        const to = Math.min(base + span.end, end + pair)
        for (let pixel = from; pixel < to; pixel += 1) {
          const at = pair === 1 ? swappedPlace(pixel) : pixel
          if (at < start || at >= end) continue
          copy ??= copyOf(chunk)
          copy[at - start] = this.#blank(pixel - base)
        }
      }
    }
    return copy ?? chunk
  }

  /** Frames of one bit a pixel do not begin with a byte. */
  #passBits(chunk: Uint8Array, start: number): Uint8Array {
    const copy = copyOf(chunk)
    const [first, last] = [start * 8, (start + chunk.length) * 8]
    for (let frame = Math.floor(first / this.#frame); frame * this.#frame < last; frame += 1) {
      if (frame >= this.#shape.frames) break
      const base = frame * this.#frame
      for (const span of this.#spans) {
        for (let bit = Math.max(base + span.start, first); bit < Math.min(base + span.end, last); bit += 1) {
          const at = (bit >> 3) - start
          copy[at] = (copy[at] as number) & ~(1 << (bit & 7))
        }
      }
    }
    return copy
  }

  /** What black is, at a place within a frame. */
  #blank(at: number): number {
    const { luminance, halved, planar, rows, columns } = this.#shape
    if (!luminance) return 0
    if (halved) return at % 4 < 2 ? 0 : 128
    const sample = planar ? Math.floor(at / (rows * columns)) : at % 3
    return sample === 0 ? 0 : 128
  }
}

/** Of a byte in words: bits would do, but for pixel data of 2 GiB and more. */
function swappedPlace(at: number): number {
  return at % 2 === 0 ? at + 1 : at - 1
}

function frameLength({ rows, columns, samplesPerPixel, bitsAllocated, halved }: FrameShape): number {
  const pixels = rows * columns
  if (bitsAllocated === 1) return pixels
  return halved ? pixels * 2 : pixels * samplesPerPixel * (bitsAllocated / 8)
}

function spansOf(shape: FrameShape, rectangle: Rectangle): readonly Span[] {
  const inside = clipped(rectangle, shape)
  if (inside === undefined) return []
  const { rows, columns, samplesPerPixel, bitsAllocated, planar, halved } = shape
  const width = bitsAllocated === 1 ? 1 : bitsAllocated / 8
  const stride = halved ? 2 : planar ? width : width * samplesPerPixel
  let [first, last] = [inside.x, inside.x + inside.width]
  if (halved) [first, last] = [first - (first % 2), Math.min(columns, last + (last % 2))]
  const spans: Span[] = []
  for (let plane = 0; plane < (planar ? samplesPerPixel : 1); plane += 1) {
    for (let row = inside.y; row < inside.y + inside.height; row += 1) {
      const base = (plane * rows + row) * columns
      const [start, end] = [(base + first) * stride, (base + last) * stride]
      spans.push({ start, end })
    }
  }
  return spans
}
