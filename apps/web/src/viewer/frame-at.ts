import type { Point } from '@gantry/core'

/** Where a frame lies, as cornerstone says it. */
export interface FramePlane {
  readonly imagePositionPatient?: readonly number[] | null | undefined
}

/** Farther from a plane, in millimetres, nothing was drawn in it; positions are written with few digits. */
const near = 0.1

/**
 * Index of the one plane that something lies in, from the position and normal of its own; nothing where planes do not say
 * where they are, as those of ultrasound, or where several are in the same place, as those of a film are.
 */
export function frameAt(
  { position, normal }: { readonly position: Point; readonly normal: Point },
  planes: readonly (FramePlane | undefined)[],
): number | undefined {
  const found = planes.flatMap((plane, index) => {
    const [x, y, z] = plane?.imagePositionPatient ?? []
    if (x === undefined || y === undefined || z === undefined) return []
    const away = (position[0] - x) * normal[0] + (position[1] - y) * normal[1] + (position[2] - z) * normal[2]
    return Math.abs(away) < near ? [index] : []
  })
  return found.length === 1 ? found[0] : undefined
}
