import { malformedFrame, truncatedFrame, unsupportedFrame } from '../errors.ts'
import type { PixelDescription } from '../image/pixel-description.ts'
import type { Samples } from './decoded-frame.ts'
import { integers, takeBits } from './integers.ts'

/** Uncompressed pixels (PS3.5 8.1.1), little or big endian. */
export function decodeNative(bytes: Uint8Array, pixels: PixelDescription): Samples {
  const count = pixels.rows * pixels.columns * pixels.samplesPerPixel
  const { bitsAllocated: bits, bitsStored, highBit, signed } = pixels
  if (bits === 1) return unpackBits(bytes, count)
  const width = bits / 8
  if (isHalved(pixels) && bytes.length < count * width) return spreadColour(bytes, pixels, count)
  if (bytes.length < count * width) throw truncatedFrame()
  if (pixels.float) return floats(bytes, count, pixels)
  if (bits === 64) throw unsupportedFrame('integers have 64 bits')
  const samples = integers(count, bits, signed)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const little = !pixels.bigEndian
  if (bits === 8) samples.set(bytes.subarray(0, count))
  else if (bits === 16) for (let at = 0; at < count; at += 1) samples[at] = view.getUint16(at * 2, little)
  else for (let at = 0; at < count; at += 1) samples[at] = view.getUint32(at * 4, little)
  takeBits(samples, bitsStored, highBit, signed)
  return pixels.planar ? interleaved(samples, pixels.samplesPerPixel) : samples
}

/** From one plane after the other to pixel after pixel. */
export function interleaved(planes: Samples, samplesPerPixel: number): Samples {
  const result = planes.slice()
  const pixels = planes.length / samplesPerPixel
  for (let plane = 0; plane < samplesPerPixel; plane += 1) {
    const start = plane * pixels
    for (let at = 0; at < pixels; at += 1) result[at * samplesPerPixel + plane] = planes[start + at] as number
  }
  return result
}

function unpackBits(bytes: Uint8Array, count: number): Samples {
  if (bytes.length * 8 < count) throw truncatedFrame()
  const samples = new Uint8Array(count)
  for (let at = 0; at < count; at += 1) samples[at] = ((bytes[at >> 3] as number) >> (at & 7)) & 1
  return samples
}

function floats(bytes: Uint8Array, count: number, { bitsAllocated, bigEndian }: PixelDescription): Samples {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const little = !bigEndian
  return bitsAllocated === 32
    ? Float32Array.from({ length: count }, (_, at) => view.getFloat32(at * 4, little))
    : Float64Array.from({ length: count }, (_, at) => view.getFloat64(at * 8, little))
}

function isHalved({ photometricInterpretation: name, samplesPerPixel, bitsAllocated }: PixelDescription): boolean {
  return samplesPerPixel === 3 && bitsAllocated === 8 && (name === 'YBR_FULL_422' || name === 'YBR_PARTIAL_422')
}

/** Two luminances, then what colour both have (PS3.3 C.7.6.3.1.2). */
function spreadColour(bytes: Uint8Array, { columns }: PixelDescription, count: number): Samples {
  if (columns % 2 !== 0) throw malformedFrame('its colour is halved and Columns is odd')
  if (bytes.length * 3 < count * 2) throw truncatedFrame()
  const samples = new Uint8Array(count)
  for (let from = 0, to = 0; to < count; from += 4, to += 6) {
    const [first, second, blue, red] = bytes.subarray(from, from + 4) as unknown as [number, number, number, number]
    samples.set([first, blue, red, second, blue, red], to)
  }
  return samples
}
