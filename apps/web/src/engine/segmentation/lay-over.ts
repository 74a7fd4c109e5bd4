import type { SegmentationFrame } from './read-segmentation.ts'

/** The grid of a volume: 4x4 from indices to millimetres of LPS, in rows. */
export interface Grid {
  readonly columns: number
  readonly rows: number
  readonly slices: number
  readonly matrix: readonly number[]
}

/** A byte a voxel: where segments overlap, one map is not enough. */
export interface LabelMap {
  /** Numbers of segments; the first one is 1 in `labels`, the second one 2, and so on. */
  readonly segments: readonly number[]
  readonly labels: Uint8Array<ArrayBuffer>
}

export interface MaskedFrame extends Omit<SegmentationFrame, 'number'> {
  readonly segment: number
  /** Row by row; 0 is outside. */
  readonly mask: ArrayLike<number>
}

interface Source {
  readonly rows: number
  readonly columns: number
  readonly thickness: number | undefined
}

/** Of slices that lie parallel, but for what rounding makes. */
const almostParallel = 0.999

/**
 * Lays masks over a volume, in as few label maps as hold them. Frames must come segment by segment: no more than the one
 * segment is held besides the maps.
 */
export class Overlay {
  readonly #grid: Grid
  readonly #inverse: readonly number[]
  readonly #maps: { readonly segments: number[]; readonly labels: Uint8Array<ArrayBuffer> }[] = []
  readonly #voxels: Uint8Array
  #segment: number | undefined

  constructor(grid: Grid) {
    this.#grid = grid
    this.#inverse = inverted(grid.matrix)
    this.#voxels = new Uint8Array(Math.ceil((grid.columns * grid.rows * grid.slices) / 8))
  }

  /** `false` for a frame that lies across the slices. */
  add(frame: MaskedFrame, source: Source): boolean {
    const { columns, rows, slices, matrix } = this.#grid
    const normal = cross(frame.alongRow, frame.alongColumn)
    const own = cross(columnOf(matrix, 0), columnOf(matrix, 1))
    if (Math.abs(dot(normal, own)) < almostParallel * length(normal) * length(own)) return false
    // Where the frame's first pixel and its steps are, in indices of the volume.
    const [i0, j0, k] = times(this.#inverse, frame.origin, 1)
    const [ir, jr] = times(this.#inverse, frame.alongRow, 0)
    const [ic, jc] = times(this.#inverse, frame.alongColumn, 0)
    const determinant = ir * jc - ic * jr
    if (Math.abs(determinant) < 1e-12) return false
    if (this.#segment !== frame.segment) this.#settle()
    const sliceSpacing = length(columnOf(matrix, 2))
    const reach = Math.max(0.5, (source.thickness ?? 0) / sliceSpacing / 2)
    const first = Math.max(0, Math.ceil(k - reach + 1e-3))
    const last = Math.min(slices - 1, Math.floor(k + reach - 1e-3))
    for (let slice = first; slice <= last; slice += 1) {
      for (let row = 0; row < rows; row += 1) {
        for (let column = 0; column < columns; column += 1) {
          const [di, dj] = [column - i0, row - j0]
          const x = Math.round((jc * di - ic * dj) / determinant)
          const y = Math.round((ir * dj - jr * di) / determinant)
          if (x < 0 || y < 0 || x >= source.columns || y >= source.rows) continue
          const value = frame.mask[y * source.columns + x] as number
          if (value !== 0) this.#mark(frame.segment, (slice * rows + row) * columns + column)
        }
      }
    }
    return true
  }

  get maps(): readonly LabelMap[] {
    this.#settle()
    return this.#maps
  }

  #mark(value: number, voxel: number): void {
    this.#voxels[voxel >> 3] = (this.#voxels[voxel >> 3] as number) | (1 << (voxel & 7))
    this.#segment = value
  }

  /** The segment goes into the first map in which it touches none. */
  #settle(): void {
    const segment = this.#segment
    if (segment === undefined) return
    const { columns, rows, slices } = this.#grid
    let map = this.#maps.find((one) => one.segments.length < 255 && !this.#touches(one.labels))
    if (map === undefined) {
      map = { segments: [], labels: new Uint8Array(columns * rows * slices) }
      this.#maps.push(map)
    }
    const label = map.segments.push(segment)
    for (const voxel of this.#marked()) map.labels[voxel] = label
    this.#voxels.fill(0)
    this.#segment = undefined
  }

  #touches(labels: Uint8Array): boolean {
    for (const voxel of this.#marked()) if (labels[voxel] !== 0) return true
    return false
  }

  *#marked(): Generator<number, void, undefined> {
    for (const [at, byte] of this.#voxels.entries()) {
      if (byte === 0) continue
      for (let bit = 0; bit < 8; bit += 1) if ((byte >> bit) & 1) yield at * 8 + bit
    }
  }
}

type Vector = readonly [number, number, number]

function columnOf(matrix: readonly number[], column: number): Vector {
  return [matrix[column] as number, matrix[4 + column] as number, matrix[8 + column] as number]
}

function times(matrix: readonly number[], [x, y, z]: Vector, w: 0 | 1): Vector {
  const at = (row: number) =>
    (matrix[row * 4] as number) * x +
    (matrix[row * 4 + 1] as number) * y +
    (matrix[row * 4 + 2] as number) * z +
    (matrix[row * 4 + 3] as number) * w
  return [at(0), at(1), at(2)]
}

/** Of three axes and an origin. */
function inverted(matrix: readonly number[]): number[] {
  const [a, b, c, t] = [columnOf(matrix, 0), columnOf(matrix, 1), columnOf(matrix, 2), columnOf(matrix, 3)]
  const volume = dot(a, cross(b, c))
  const rows = [cross(b, c), cross(c, a), cross(a, b)].map(([x, y, z]): Vector => [x / volume, y / volume, z / volume])
  return [...rows.flatMap((row) => [...row, -dot(row, t)]), 0, 0, 0, 1]
}

function cross([ax, ay, az]: Vector, [bx, by, bz]: Vector): Vector {
  return [ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx]
}

function dot([ax, ay, az]: Vector, [bx, by, bz]: Vector): number {
  return ax * bx + ay * by + az * bz
}

function length(vector: Vector): number {
  return Math.sqrt(dot(vector, vector))
}
