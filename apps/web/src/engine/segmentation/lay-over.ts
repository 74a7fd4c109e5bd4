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

type Plane = Omit<SegmentationFrame, 'number' | 'segment'>

export interface MaskedFrame extends Plane {
  readonly segment: number
  /** Row by row; 0 is outside. */
  readonly mask: ArrayLike<number>
}

export interface LabelledFrame extends Plane {
  /** Row by row, the number of the segment that is there; those that are not among `segments` are outside. */
  readonly labels: ArrayLike<number>
}

interface Source {
  readonly rows: number
  readonly columns: number
  readonly thickness: number | undefined
}

interface GrowingMap {
  readonly segments: number[]
  readonly labels: Uint8Array<ArrayBuffer>
}

/** As many segments as a byte tells apart, besides what is outside. */
const mostSegments = 255

/** Of slices that lie parallel, but for what rounding makes. */
const almostParallel = 0.999

/**
 * Lays masks over a volume, in as few label maps as hold them. Masks must come segment by segment: no more than the one
 * segment is held besides the maps. Frames of a label map may come in any order: none is held.
 */
export class Overlay {
  readonly #grid: Grid
  readonly #inverse: readonly number[]
  readonly #maps: GrowingMap[] = []
  /** Where segments of label maps are, by their numbers. */
  readonly #places = new Map<number, { readonly map: GrowingMap; readonly label: number }>()
  readonly #voxels: Uint8Array
  #segment: number | undefined

  constructor(grid: Grid) {
    this.#grid = grid
    this.#inverse = inverted(grid.matrix)
    this.#voxels = new Uint8Array(Math.ceil((grid.columns * grid.rows * grid.slices) / 8))
  }

  /** `false` for a frame that lies across the slices. */
  add({ segment, mask, ...plane }: MaskedFrame, source: Source): boolean {
    if (this.#segment !== segment) this.#settle()
    return this.#eachVoxel(plane, source, (voxel, pixel) => {
      if (mask[pixel] !== 0) this.#mark(segment, voxel)
    })
  }

  /** The same for a frame that has all segments: none lie over each other, and each goes straight to its place. */
  addLabels({ labels, ...plane }: LabelledFrame, source: Source, segments: ReadonlySet<number>): boolean {
    return this.#eachVoxel(plane, source, (voxel, pixel) => {
      const segment = labels[pixel] as number
      if (segment === 0 || !segments.has(segment)) return
      const { map, label } = this.#placeOf(segment)
      map.labels[voxel] = label
    })
  }

  /** Each voxel that the plane covers, and which pixel of it lies there. */
  #eachVoxel(plane: Plane, source: Source, each: (voxel: number, pixel: number) => void): boolean {
    const { columns, rows, slices, matrix } = this.#grid
    const normal = cross(plane.alongRow, plane.alongColumn)
    const own = cross(columnOf(matrix, 0), columnOf(matrix, 1))
    if (Math.abs(dot(normal, own)) < almostParallel * length(normal) * length(own)) return false
    // Where the frame's first pixel and its steps are, in indices of the volume.
    const [i0, j0, k] = times(this.#inverse, plane.origin, 1)
    const [ir, jr] = times(this.#inverse, plane.alongRow, 0)
    const [ic, jc] = times(this.#inverse, plane.alongColumn, 0)
    const determinant = ir * jc - ic * jr
    if (Math.abs(determinant) < 1e-12) return false
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
          each((slice * rows + row) * columns + column, y * source.columns + x)
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
    const free = this.#maps.find((one) => one.segments.length < mostSegments && !this.#touches(one.labels))
    const map = free ?? this.#newMap()
    const label = map.segments.push(segment)
    for (const voxel of this.#marked()) map.labels[voxel] = label
    this.#voxels.fill(0)
    this.#segment = undefined
  }

  #placeOf(segment: number) {
    const known = this.#places.get(segment)
    if (known !== undefined) return known
    const last = this.#maps.at(-1)
    const map = last !== undefined && last.segments.length < mostSegments ? last : this.#newMap()
    const place = { map, label: map.segments.push(segment) }
    this.#places.set(segment, place)
    return place
  }

  #newMap(): GrowingMap {
    const { columns, rows, slices } = this.#grid
    const map: GrowingMap = { segments: [], labels: new Uint8Array(columns * rows * slices) }
    this.#maps.push(map)
    return map
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
