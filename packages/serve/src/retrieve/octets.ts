import type { Bytes } from '@gantry/core'
import { attributesOf, bigEndianPixels, type DicomHeader } from '@gantry/dicom'

/** The bytes of a body from `start` to `end`. */
export async function* sliced(body: Bytes, start: number, end: number): AsyncGenerator<Uint8Array, void, undefined> {
  let position = 0
  for await (const chunk of body) {
    const from = Math.max(0, start - position)
    const to = Math.min(chunk.length, end - position)
    position += chunk.length
    if (to > from) yield chunk.subarray(from, to)
    if (position >= end) return
  }
}

/** Values of `width` bytes in the other byte order. */
export async function* swapped(body: Bytes, width: number): AsyncGenerator<Uint8Array, void, undefined> {
  let rest = new Uint8Array(0)
  for await (const chunk of body) {
    const all = new Uint8Array(rest.length + chunk.length)
    all.set(rest)
    all.set(chunk, rest.length)
    const whole = all.length - (all.length % width)
    for (let index = 0; index < whole; index += width) all.subarray(index, index + width).reverse()
    rest = all.slice(whole)
    if (whole > 0) yield all.subarray(0, whole)
  }
  if (rest.length > 0) yield rest
}

/** Bytes of a value of each VR, where its order of bytes matters. */
export function widthOf(vr: string): number {
  if (['OW', 'US', 'SS'].includes(vr)) return 2
  if (['OF', 'OL', 'UL', 'SL', 'FL', 'AT'].includes(vr)) return vr === 'AT' ? 2 : 4
  return ['OD', 'OV', 'FD', 'SV', 'UV'].includes(vr) ? 8 : 1
}

/**
 * Bytes of native pixel data whose order is the other way round; 1 where all are in little endian. Samples of 32 and 64 bits
 * in an OW are numbers, not words: so are they written, and so does `decodeFrame` read them.
 */
export function pixelWidth(
  header: Pick<DicomHeader, 'pixelData' | 'encoding' | 'elements' | 'transferSyntax'>,
): number {
  const { pixelData, elements } = header
  if (!bigEndianPixels(header)) return 1
  const width = widthOf(pixelData?.vr ?? 'OB')
  const bits = Number(attributesOf(elements, ['BitsAllocated'])['BitsAllocated'])
  return width === 2 && (bits === 32 || bits === 64) ? bits / 8 : width
}
