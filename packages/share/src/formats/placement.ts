import type { Matrix } from './description.ts'

/** Where a volume lies, as far as its files tell. */
export interface Placement {
  readonly transform?: Matrix
  readonly spacing?: readonly [number, number, number]
}

/** The lengths of the first three columns. */
export function spacingOf(matrix: Matrix): [number, number, number] {
  const column = (index: number) => Math.hypot(matrix[index] ?? 0, matrix[index + 4] ?? 0, matrix[index + 8] ?? 0)
  return [column(0), column(1), column(2)]
}

/** Finite, and of some volume: one that is squashed flat places nothing. */
export function isPlacement(matrix: Matrix): boolean {
  if (matrix.length !== 16 || !matrix.every(Number.isFinite)) return false
  const [a = 0, b = 0, c = 0, , d = 0, e = 0, f = 0, , g = 0, h = 0, i = 0] = matrix
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
  const [x, y, z] = spacingOf(matrix)
  return Math.abs(determinant) > 1e-6 * x * y * z && x * y * z > 0
}
