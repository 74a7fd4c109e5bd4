type Vector = readonly number[]

const letters = [
  ['R', 'L'],
  ['A', 'P'],
  ['F', 'H'],
] as const
/** Less than this part of a direction is not worth a letter. */
const least = 0.35

/** `L`, or `LA` for what lies in between: where a direction of LPS leads to, the strongest axis first. */
export function lettersOf(direction: Vector): string {
  const long = Math.hypot(...direction)
  if (long === 0 || !Number.isFinite(long)) return ''
  return direction
    .map((part, axis) => ({ part: part / long, axis }))
    .filter(({ part }) => Math.abs(part) > least)
    .toSorted((a, b) => Math.abs(b.part) - Math.abs(a.part))
    .map(({ part, axis }) => letters[axis]?.[part > 0 ? 1 : 0] ?? '')
    .join('')
}

export interface Edges {
  readonly top: string
  readonly right: string
  readonly bottom: string
  readonly left: string
}

/** What is at the edges of a picture, by how a camera looks at it. */
export function edgesOf({
  viewUp,
  viewPlaneNormal,
}: {
  readonly viewUp: Vector
  readonly viewPlaneNormal: Vector
}): Edges {
  const [ux = 0, uy = 0, uz = 0] = viewUp
  const [nx = 0, ny = 0, nz = 0] = viewPlaneNormal
  const right = [uy * nz - uz * ny, uz * nx - ux * nz, ux * ny - uy * nx]
  const turned = (direction: Vector) => direction.map((part) => -part)
  return {
    right: lettersOf(right),
    left: lettersOf(turned(right)),
    top: lettersOf(viewUp),
    bottom: lettersOf(turned(viewUp)),
  }
}
