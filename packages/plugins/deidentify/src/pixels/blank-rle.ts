import { type Bytes, GantryError } from '@gantry/core'

import { malformed, truncated } from '../stream/byte-stream.ts'
import { blankFrame } from './blank-frame.ts'
import type { FrameShape } from './frame-shape.ts'
import type { Rectangle } from './rectangle.ts'

const item = 0xfffee000
const sequenceDelimitation = 0xfffee0dd
/** Bytes of a frame that is unpacked in memory. */
const largestFrame = 256 * 1024 * 1024

/**
 * Pixel data in RLE Lossless with rectangles blanked: unpacked, blanked and packed anew, one frame at a time. Takes the
 * value from its offset table to its delimiter; the offset table of what it gives is empty, as is allowed.
 */
export async function* blankRle(
  value: Bytes,
  shape: FrameShape,
  rectangles: readonly Rectangle[],
): AsyncGenerator<Uint8Array, void, undefined> {
  const { rows, columns, samplesPerPixel, bitsAllocated, frames } = shape
  if (bitsAllocated % 8 !== 0)
    throw new GantryError('unsupported', 'Pixels that are packed like this cannot be blanked.')
  if (rows * columns * samplesPerPixel * (bitsAllocated / 8) > largestFrame) {
    throw new GantryError('unsupported', 'A frame is too large to be blanked in RLE.')
  }
  // Few need it.
  const { encodeRle, unpackRle } = await import('@gantry/pixels/rle')
  const pixels = { rows, columns, samplesPerPixel, bitsAllocated }
  // Twice as long as the pixels is the worst that packing can do to them.
  const longest = 2 * rows * columns * samplesPerPixel * (bitsAllocated / 8) + 128
  let number = -1
  for await (const fragment of fragmentsOf(value, Math.max(longest, 4 * frames))) {
    number += 1
    if (number === 0) yield head(item, 0)
    else {
      const packed = encodeRle(blankFrame(unpackRle(fragment, pixels), shape, rectangles), pixels)
      yield head(item, packed.length)
      yield packed
    }
  }
  // A frame in several fragments is none of RLE (PS3.5 A.4.2), and could not be unpacked.
  if (number !== frames) throw malformed('there is another number of RLE frames than the header says')
  yield head(sequenceDelimitation, 0)
}

async function* fragmentsOf(value: Bytes, longest: number): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = new Reader(value)
  for (;;) {
    const start = await reader.take(8)
    const view = new DataView(start.buffer, start.byteOffset, 8)
    const tag = ((view.getUint16(0, true) << 16) | view.getUint16(2, true)) >>> 0
    const length = view.getUint32(4, true)
    if (tag === sequenceDelimitation) return
    if (tag !== item || length > longest) throw malformed('encapsulated pixel data hold something that is no frame')
    yield await reader.take(length)
  }
}

class Reader {
  readonly #iterator: AsyncIterator<Uint8Array>
  #rest: Uint8Array = new Uint8Array(0)

  constructor(bytes: Bytes) {
    this.#iterator = bytes[Symbol.asyncIterator]()
  }

  async take(count: number): Promise<Uint8Array> {
    const taken = new Uint8Array(count)
    for (let at = 0; at < count;) {
      if (this.#rest.length === 0) {
        const next = await this.#iterator.next()
        if (next.done === true) throw truncated()
        this.#rest = next.value
      }
      const part = this.#rest.subarray(0, count - at)
      taken.set(part, at)
      this.#rest = this.#rest.subarray(part.length)
      at += part.length
    }
    return taken
  }
}

function head(tag: number, length: number): Uint8Array {
  const bytes = new Uint8Array(8)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, tag >>> 16, true)
  view.setUint16(2, tag & 0xffff, true)
  view.setUint32(4, length, true)
  return bytes
}
