import type { Placement } from '../placement.ts'
import type { DicomFrame } from './frames.ts'
import { dot, moved, normalOf, type Plane, type Vector } from './plane.ts'

export interface Slice {
  readonly frame: DicomFrame
  /** To tell apart what nothing else does: instance number, place in the file, place in the load. */
  readonly order: readonly number[]
}

/** Slices in the order of a volume: along the normal first, then in time. */
export interface Arrangement<S extends Slice> extends Placement {
  readonly slices: readonly S[]
  readonly positions: number
  readonly times: number
  /**
   * `repeated`: not every position as often as the others; `uneven`: no one distance from slice to slice; `apart`: in
   * several directions or spacings.
   */
  readonly fault?: 'repeated' | 'uneven' | 'apart'
}

/** Nearer slices than this, in millimetres, are at one position. */
const samePosition = 1e-3

/** Slices that all have a plane, parallel to each other, and the same spacing. */
export function arrange<S extends Slice>(slices: readonly S[]): Arrangement<S> {
  const first = slices[0]?.frame.plane
  if (first === undefined) return inOrder(slices)
  const normal = normalOf(first)
  const along = ({ frame }: S) => (frame.plane === undefined ? 0 : dot(frame.plane.position, normal))
  const sorted = slices.toSorted((a, b) => along(a) - along(b) || byOrder(a, b))
  const layers: S[][] = []
  for (const slice of sorted) {
    const layer = layers.at(-1)
    if (layer?.[0] !== undefined && along(slice) - along(layer[0]) < samePosition) layer.push(slice)
    else layers.push([slice])
  }
  const times = layers[0]?.length ?? 1
  if (layers.some((layer) => layer.length !== times)) {
    return { slices: sorted, positions: sorted.length, times: 1, fault: 'repeated' }
  }
  const columns = layers.map((layer) => (times === 1 ? layer : inTime(layer, discriminatorOf(layers, times))))
  const ordered = Array.from({ length: times }, (_, time) => columns.map((column) => column[time] as S)).flat()
  const placement = placementOf(ordered.slice(0, layers.length))
  const fault = placement.uneven ? { fault: 'uneven' as const } : {}
  const { transform, spacing } = placement
  return {
    slices: ordered,
    positions: layers.length,
    times,
    ...(transform === undefined ? {} : { transform }),
    ...(spacing === undefined ? {} : { spacing }),
    ...fault,
  }
}

/** Images that lie nowhere, by their numbers. */
export function inOrder<S extends Slice>(slices: readonly S[]): Arrangement<S> {
  const sorted = slices.toSorted(byOrder)
  const [row, column] = sorted[0]?.frame.pixelSpacing ?? []
  const spacing = row === undefined || column === undefined ? {} : { spacing: [column, row, 1] as const }
  return { slices: sorted, positions: sorted.length, times: 1, ...spacing }
}

/** Which of the `times` is another one for every repetition of a slice, at all positions. */
function discriminatorOf(layers: readonly (readonly Slice[])[], times: number): number | undefined {
  const count = layers[0]?.[0]?.frame.times.length ?? 0
  const indices = Array.from({ length: count }, (_, index) => index)
  return indices.find((index) =>
    layers.every((layer) => new Set(layer.map(({ frame }) => frame.times[index])).size === times),
  )
}

function inTime<S extends Slice>(layer: readonly S[], index: number | undefined): readonly S[] {
  if (index === undefined) return layer.toSorted(byOrder)
  return layer.toSorted((a, b) => {
    const [left = '', right = ''] = [a.frame.times[index], b.frame.times[index]]
    const difference = Number(left) - Number(right)
    return Number.isNaN(difference) ? (left < right ? -1 : Number(left > right)) : difference || byOrder(a, b)
  })
}

function byOrder(a: Slice, b: Slice): number {
  for (const [index, left] of a.order.entries()) {
    const difference = left - (b.order[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

function placementOf(slices: readonly Slice[]): Placement & { readonly uneven: boolean } {
  const planes = slices.flatMap(({ frame }) => frame.plane ?? [])
  const [first] = planes
  const [row, column] = slices[0]?.frame.pixelSpacing ?? []
  if (first === undefined || row === undefined || column === undefined) return { uneven: false }
  const step = stepOf(planes, slices[0]?.frame.thickness ?? 1)
  const length = Math.hypot(...step)
  const spacing = [column, row, length] as const
  const allowed = 0.02 * length + samePosition
  const uneven = planes.some(
    ({ position }, index) => Math.hypot(...moved(position, moved(first.position, step, index), -1)) > allowed,
  )
  if (uneven) return { spacing: [column, row, medianGap(planes)], uneven }
  const { position: origin, rowDirection, columnDirection } = first
  const transform = [0, 1, 2].flatMap((axis) => [
    (rowDirection[axis] as number) * column,
    (columnDirection[axis] as number) * row,
    step[axis] as number,
    origin[axis] as number,
  ])
  return { transform: [...transform, 0, 0, 0, 1], spacing, uneven }
}

/** From one slice to the next: not along the normal where the gantry was tilted. */
function stepOf(planes: readonly Plane[], thickness: number): Vector {
  const [first, last] = [planes[0] as Plane, planes.at(-1) as Plane]
  if (planes.length === 1) return moved([0, 0, 0], normalOf(first), thickness)
  return moved([0, 0, 0], moved(last.position, first.position, -1), 1 / (planes.length - 1))
}

function medianGap(planes: readonly Plane[]): number {
  const normal = normalOf(planes[0] as Plane)
  const gaps = planes
    .slice(1)
    .map(({ position }, index) => dot(position, normal) - dot((planes[index] as Plane).position, normal))
  return gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 1
}
