import type { DataSet } from './data-set.ts'

interface Spacing {
  readonly usingDefaultValues?: boolean
}

/**
 * The plane of an image with pixels as high and as wide as each other means them to be. Where nothing says how large they
 * are in millimetres, a header may still say their shape (PS3.3 C.7.6.3.1.7): lengths stay in pixels, those of a row.
 */
export function withAspect<Plane extends Spacing>(plane: Plane, dataSet: DataSet | undefined): Plane {
  const { usingDefaultValues } = plane
  if (usingDefaultValues !== true) return plane
  const [vertical, horizontal] = dataSet?.string('x00280034')?.split('\\').map(Number) ?? []
  if (!isPositive(vertical) || !isPositive(horizontal)) return plane
  return { ...plane, rowPixelSpacing: vertical / horizontal, columnPixelSpacing: 1 }
}

function isPositive(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value) && value > 0
}
