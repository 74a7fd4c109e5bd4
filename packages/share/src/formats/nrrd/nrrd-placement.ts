import { malformed } from '../errors.ts'
import { isPlacement, type Placement, spacingOf } from '../placement.ts'
import type { NrrdText } from './nrrd-text.ts'

/** Signs that turn the three axes of a space into LPS; by name and by abbreviation. A fourth axis is time. */
const spaces: ReadonlyMap<string, readonly number[]> = new Map([
  ['right-anterior-superior', [-1, -1, 1]],
  ['ras', [-1, -1, 1]],
  ['left-anterior-superior', [1, -1, 1]],
  ['las', [1, -1, 1]],
  ['left-posterior-superior', [1, 1, 1]],
  ['lps', [1, 1, 1]],
])

export interface Axes {
  /** Indices of the axes that lie in space, in order: three at most. */
  readonly spatial: readonly number[]
  readonly placement: Placement
}

/** Which axes lie in space, and where. */
export function nrrdAxes({ fields }: NrrdText, dimension: number): Axes {
  const vectors = vectorsOf(fields.get('spacedirections'), dimension)
  const kinds = fields.get('kinds')?.toLowerCase().split(/\s+/u)
  const spatial = Array.from({ length: dimension }, (_, axis) => axis)
    .filter((axis) => (vectors === undefined ? isSpatial(kinds?.[axis]) : vectors[axis] !== undefined))
    .slice(0, 3)
  const space = (fields.get('space') ?? '').toLowerCase().replace(/-time$|(?<=^\w{3})t$/u, '')
  const signs = spaces.get(space)
  if (vectors === undefined || signs === undefined) return { spatial, placement: spacingsOf(fields, spatial, vectors) }
  const columns = spatial.map((axis) => vectors[axis] ?? [])
  const [i = [], j = []] = columns
  // A single slice has no third axis: it is a slab of one millimetre.
  const [k = unitNormal(i, j)] = columns.slice(2)
  const origin = vectorOf(fields.get('spaceorigin') ?? '') ?? [0, 0, 0]
  const transform = signs.flatMap((sign, row) =>
    [i, j, k, origin].map((vector) => sign * (vector[row] ?? Number.NaN) + 0),
  )
  transform.push(0, 0, 0, 1)
  if (!isPlacement(transform)) throw malformed('NRRD', 'its space directions place nothing')
  return { spatial, placement: { transform, spacing: spacingOf(transform) } }
}

function spacingsOf(
  fields: NrrdText['fields'],
  spatial: readonly number[],
  vectors: readonly (readonly number[] | undefined)[] | undefined,
): Placement {
  const spacings = (fields.get('spacings') ?? '').split(/\s+/u).map(Number)
  const [x, y, z] = spatial.map((axis) =>
    vectors === undefined ? spacings[axis] : Math.hypot(...(vectors[axis] ?? [])),
  )
  if (![x, y].every((size) => size !== undefined && size > 0 && Number.isFinite(size))) return {}
  return { spacing: [x ?? 1, y ?? 1, z !== undefined && z > 0 ? z : 1] }
}

function vectorsOf(text: string | undefined, dimension: number): (readonly number[] | undefined)[] | undefined {
  if (text === undefined) return undefined
  const parts = text.match(/\([^()]*\)|none/giu) ?? []
  if (parts.length !== dimension) throw malformed('NRRD', 'it has not one space direction for every axis')
  return parts.map((part) => vectorOf(part))
}

function vectorOf(text: string): readonly number[] | undefined {
  const inner = /^\(([^()]*)\)$/u.exec(text.trim())?.[1]
  const numbers = inner?.split(',').map((part) => Number(part.trim() === '' ? Number.NaN : part))
  return numbers?.every(Number.isFinite) === true ? numbers : undefined
}

function isSpatial(kind: string | undefined): boolean {
  return kind === undefined || kind === 'domain' || kind === 'space' || kind === '???'
}

function unitNormal(i: readonly number[], j: readonly number[]): number[] {
  const [a = 0, b = 0, c = 0] = i
  const [d = 0, e = 0, f = 0] = j
  const normal = [b * f - c * e, c * d - a * f, a * e - b * d]
  const length = Math.hypot(...normal)
  return normal.map((part) => part / length)
}
