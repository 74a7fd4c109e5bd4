import type { Part } from './anatomy.ts'
import { type Geometry, planeOrigin, sliceOrigin } from './geometry.ts'
import { nextBits } from './random-bits.ts'

/** Stored value = Hounsfield units + 1024, so that the lowest of them is 0 in signed and unsigned alike. */
export const rescaleIntercept = -1024

const air = -1000 - rescaleIntercept

export interface Slice {
  readonly parts: readonly Part[]
  readonly geometry: Geometry
  readonly slice: number
  /** The most that noise adds or takes, in Hounsfield units. */
  readonly noise: number
  readonly seed: number
}

/**
 * The stored values of one slice. Only operations that IEEE 754 rounds exactly (`+ - * /` and the square root) are
 * used: sines and powers may differ in their last bit between machines, and so would a pixel at an edge.
 */
export function renderSlice({ parts, geometry, slice, noise, seed }: Slice): Int16Array<ArrayBuffer> {
  const pixels = new Int16Array(geometry.size * geometry.size).fill(air)
  const z = sliceOrigin(geometry, slice) / 1e6
  for (const part of parts) paint(pixels, part, geometry, z)
  if (noise > 0) addNoise(pixels, noise, seed)
  clearCorners(pixels, geometry.size)
  return pixels
}

function paint(pixels: Int16Array, part: Part, geometry: Geometry, z: number): void {
  const { size } = geometry
  const spacing = geometry.pixelSpacing / 1e6
  const origin = planeOrigin(geometry) / 1e6
  const [cx, cy, cz] = part.centre
  if (part.z !== undefined && (z < part.z[0] || z >= part.z[1])) return
  const height = (z - cz) / part.radii[2]
  const scale = 1 - height * height
  if (scale <= 0) return
  const shrink = Math.sqrt(scale)
  const [rx, ry] = [part.radii[0] * shrink, part.radii[1] * shrink]
  const [cosine, sine] = part.turn ?? [1, 0]
  // In a row at dy from the centre, inside is where a dx^2 + b dx + c <= 0.
  const [ux, uy] = [1 / (rx * rx), 1 / (ry * ry)]
  const a = cosine * cosine * ux + sine * sine * uy
  const reach = Math.max(rx, ry)
  const first = Math.max(0, Math.ceil((cy - reach - origin) / spacing))
  const last = Math.min(size - 1, Math.floor((cy + reach - origin) / spacing))
  for (let row = first; row <= last; row += 1) {
    const y = origin + row * spacing
    if (!inBand(part, y, z)) continue
    const dy = y - cy
    const b = 2 * dy * cosine * sine * (ux - uy)
    const c = dy * dy * (sine * sine * ux + cosine * cosine * uy) - 1
    const root = b * b - 4 * a * c
    if (root < 0) continue
    const half = Math.sqrt(root)
    const from = Math.max(0, Math.ceil((cx + (-b - half) / (2 * a) - origin) / spacing))
    const to = Math.min(size, Math.floor((cx + (-b + half) / (2 * a) - origin) / spacing) + 1)
    if (from < to) pixels.fill(part.hounsfield - rescaleIntercept, row * size + from, row * size + to)
  }
}

function inBand({ bands }: Part, y: number, z: number): boolean {
  if (bands === undefined) return true
  const at = z + bands.slant * y
  return at - bands.period * Math.floor(at / bands.period) < bands.height
}

/** The sum of two uniform bytes a pixel, scaled: a triangle about zero. One draw serves two pixels. */
function addNoise(pixels: Int16Array, noise: number, seed: number): void {
  let state = seed
  for (let index = 0; index < pixels.length; index += 1) {
    if (index % 2 === 0) state = nextBits(state)
    const bits = index % 2 === 0 ? state : state >>> 16
    const triangle = (bits & 0xff) + ((bits >>> 8) & 0xff) - 255
    pixels[index] = Math.max(0, (pixels[index] as number) + ((triangle * noise) >> 8))
  }
}

/** What a scanner does not see, outside the circle of reconstruction, holds the lowest value. */
function clearCorners(pixels: Int16Array, size: number): void {
  for (let row = 0; row < size; row += 1) {
    const dy = 2 * row + 1 - size
    const half = Math.sqrt(size * size - dy * dy)
    const from = Math.ceil((size - 1 - half) / 2)
    const to = Math.floor((size - 1 + half) / 2) + 1
    pixels.fill(0, row * size, row * size + Math.max(0, from))
    pixels.fill(0, row * size + to, (row + 1) * size)
  }
}
