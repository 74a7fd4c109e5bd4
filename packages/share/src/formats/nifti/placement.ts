import type { Matrix } from '../description.ts'
import { isPlacement, type Placement, spacingOf } from '../placement.ts'
import type { NiftiFields } from './fields.ts'

/** Millimetres of the spatial unit in `xyzt_units`; one that is not told is taken for millimetres, as everywhere. */
const units: ReadonlyMap<number, number> = new Map([
  [1, 1000],
  [2, 1],
  [3, 0.001],
])

/** Where the voxels lie, in LPS: by the sform, else by the qform (nifti1.h, methods 3 and 2), else their sizes only. */
export function niftiPlacement(fields: NiftiFields): Placement {
  const scale = units.get(fields.units & 7) ?? 1
  const matrix = fields.sformCode > 0 ? rowsOf(fields.srow) : fields.qformCode > 0 ? qform(fields) : undefined
  if (matrix !== undefined) {
    // RAS to LPS: the first two axes point the other way.
    const transform = matrix.map((value, index) => (index < 8 ? -value : value) * (index < 12 ? scale : 1))
    if (isPlacement(transform)) return { transform: transform.map((value) => value + 0), spacing: spacingOf(transform) }
  }
  const [x = 0, y = 0, z = 0] = fields.pixdim.slice(1, 4).map((size) => Math.abs(size) * scale)
  return [x, y].every((size) => size > 0 && Number.isFinite(size)) ? { spacing: [x, y, z > 0 ? z : 1] } : {}
}

function rowsOf(rows: readonly number[]): Matrix {
  return [...rows, 0, 0, 0, 1]
}

function qform({ quaternion, pixdim }: NiftiFields): Matrix {
  const [b = 0, c = 0, d = 0, x = 0, y = 0, z = 0] = quaternion
  const a = Math.sqrt(Math.max(0, 1 - b * b - c * c - d * d))
  const [, i = 1, j = 1, length = 1] = pixdim
  // A volume may be left-handed: pixdim[0] is the sign of its third axis.
  const k = (pixdim[0] ?? 1) < 0 ? -length : length
  return rowsOf([
    (a * a + b * b - c * c - d * d) * i,
    2 * (b * c - a * d) * j,
    2 * (b * d + a * c) * k,
    x,
    2 * (b * c + a * d) * i,
    (a * a + c * c - b * b - d * d) * j,
    2 * (c * d - a * b) * k,
    y,
    2 * (b * d - a * c) * i,
    2 * (c * d + a * b) * j,
    (a * a + d * d - c * c - b * b) * k,
    z,
  ])
}
