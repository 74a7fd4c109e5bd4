import type { DicomValues } from './dicom-values.ts'

export type Vector = readonly [number, number, number]

/** Where one slice lies (PS3.3 C.7.6.2): LPS, in millimetres. */
export interface Plane {
  /** Of the first pixel's centre. */
  readonly position: Vector
  /** Along a row: to the next column. */
  readonly rowDirection: Vector
  /** Along a column: to the next row. */
  readonly columnDirection: Vector
}

/** Unit vectors at right angles, within what decimal texts lose; anything else places nothing. */
const tolerance = 1e-2

/** The plane that `ImagePositionPatient` and `ImageOrientationPatient` tell, each from where it stands. */
export function planeOf(position: DicomValues | undefined, orientation: DicomValues | undefined): Plane | undefined {
  const [x, y, z] = position?.numbers('ImagePositionPatient', 3) ?? []
  const [a, b, c, d, e, f] = orientation?.numbers('ImageOrientationPatient', 6) ?? []
  if (x === undefined || y === undefined || z === undefined) return undefined
  if (a === undefined || b === undefined || c === undefined) return undefined
  if (d === undefined || e === undefined || f === undefined) return undefined
  const rowDirection: Vector = [a, b, c]
  const columnDirection: Vector = [d, e, f]
  const sound =
    Math.abs(dot(rowDirection, rowDirection) - 1) < tolerance &&
    Math.abs(dot(columnDirection, columnDirection) - 1) < tolerance &&
    Math.abs(dot(rowDirection, columnDirection)) < tolerance
  return sound ? { position: [x, y, z], rowDirection, columnDirection } : undefined
}

export function normalOf({ rowDirection: [a, b, c], columnDirection: [d, e, f] }: Plane): Vector {
  return [b * f - c * e, c * d - a * f, a * e - b * d]
}

export function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/** `a + factor * b` */
export function moved(a: Vector, b: Vector, factor: number): Vector {
  return [a[0] + factor * b[0], a[1] + factor * b[1], a[2] + factor * b[2]]
}

/** Whether slices of both planes can lie in one stack: scanners write directions with some jitter. */
export function isParallel(a: Plane, b: Plane): boolean {
  return near(a.rowDirection, b.rowDirection) && near(a.columnDirection, b.columnDirection)
}

function near(a: Vector, b: Vector): boolean {
  return a.every((value, axis) => Math.abs(value - (b[axis] as number)) <= 1e-3)
}
