/** Where an image lies, as cornerstone's modules of metadata tell it. */
export interface ImagePlane {
  readonly imagePositionPatient?: readonly number[] | null | undefined
  readonly imageOrientationPatient?: readonly number[] | null | undefined
  readonly rowPixelSpacing?: number | null | undefined
  readonly columnPixelSpacing?: number | null | undefined
}

type Vector = readonly [number, number, number]

/** Directions are cosines, written with few digits. */
const sameDirection = 1e-3
/** Millimetres. */
const samePosition = 1e-3
/** Of the distance between slices: how far one may be from its place. */
const mostUneven = 0.02

/**
 * Whether images lie straight behind each other, one distance apart: planes through others would show everything at a place
 * where it is not. Slices that are missing are seen nowhere else; neither is a gantry that was tilted.
 */
export function isVolume(planes: readonly (ImagePlane | undefined)[]): boolean {
  const [first] = planes
  const rows = vectorOf(first?.imageOrientationPatient, 0)
  const columns = vectorOf(first?.imageOrientationPatient, 3)
  const pixels = spacingOf(first)
  if (planes.length < 3 || rows === undefined || columns === undefined || pixels === undefined) return false
  const normal = cross(rows, columns)
  const places: { readonly position: Vector; readonly along: number }[] = []
  for (const plane of planes) {
    const position = vectorOf(plane?.imagePositionPatient, 0)
    const spacing = spacingOf(plane)
    if (position === undefined || spacing === undefined) return false
    if (!alike(plane?.imageOrientationPatient, [...rows, ...columns], sameDirection)) return false
    if (!alike(spacing, pixels, samePosition)) return false
    places.push({ position, along: dot(position, normal) })
  }
  places.sort((a, b) => a.along - b.along)
  const start = places[0]?.along ?? 0
  const step = ((places.at(-1)?.along ?? 0) - start) / (places.length - 1)
  if (step <= samePosition) return false
  const origin = places[0]?.position ?? [0, 0, 0]
  return places.every(({ position, along }, index) => {
    if (Math.abs(along - start - index * step) > mostUneven * step + samePosition) return false
    const aside = position.map((value, axis) => value - (origin[axis] ?? 0) - (along - start) * (normal[axis] ?? 0))
    return Math.hypot(...aside) <= Math.min(...pixels)
  })
}

function vectorOf(values: readonly number[] | null | undefined, from: number): Vector | undefined {
  const [x, y, z] = (values ?? []).slice(from, from + 3).map(Number)
  if (x === undefined || y === undefined || z === undefined) return undefined
  return [x, y, z].every(Number.isFinite) ? [x, y, z] : undefined
}

function spacingOf(plane: ImagePlane | undefined): readonly number[] | undefined {
  const spacing = [Number(plane?.rowPixelSpacing), Number(plane?.columnPixelSpacing)]
  return spacing.every((value) => Number.isFinite(value) && value > 0) ? spacing : undefined
}

function alike(values: readonly number[] | null | undefined, others: readonly number[], most: number): boolean {
  return values?.length === others.length && others.every((other, at) => Math.abs(Number(values[at]) - other) <= most)
}

function cross([a, b, c]: Vector, [x, y, z]: Vector): Vector {
  return [b * z - c * y, c * x - a * z, a * y - b * x]
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}
