/** Lengths are whole nanometres, so that positions are exact and their decimal texts the same on every machine. */
export interface Geometry {
  readonly size: number
  readonly slices: number
  /** Between the centres of neighbouring pixels, both ways. */
  readonly pixelSpacing: number
  /** Between the centres of neighbouring slices; they touch, so also their thickness. */
  readonly sliceSpacing: number
}

const millimetre = 1_000_000
const fieldOfView = 400 * millimetre
const extent = 320 * millimetre
const thickest = 5 * millimetre

/** A field of view of 400 mm; slices of 5 mm about the middle of the chest, or thinner ones where there are over 64. */
export function geometryOf(size: number, slices: number): Geometry {
  return {
    size,
    slices,
    pixelSpacing: even(fieldOfView / size),
    sliceSpacing: Math.min(thickest, even(extent / slices)),
  }
}

/** Even, so that half a spacing is whole too. */
function even(length: number): number {
  return Math.max(2, Math.round(length / 2) * 2)
}

/** x and y of the first pixel's centre, in patient coordinates (LPS). */
export function planeOrigin({ size, pixelSpacing }: Geometry): number {
  return ((1 - size) * pixelSpacing) / 2
}

/** z of a slice's centre, feet to head. */
export function sliceOrigin({ slices, sliceSpacing }: Geometry, slice: number): number {
  return ((1 - slices) * sliceSpacing) / 2 + slice * sliceSpacing
}

/** Decimal millimetres (DS), of 16 characters at the most. */
export function inMillimetres(nanometres: number): string {
  const whole = Math.floor(Math.abs(nanometres) / millimetre)
  const rest = String(Math.abs(nanometres) % millimetre).padStart(6, '0')
  return `${nanometres < 0 ? '-' : ''}${whole}.${rest}`.replace(/\.?0+$/, '')
}
