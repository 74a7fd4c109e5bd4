import { metaData } from '@cornerstonejs/core'

import { dataSetOf } from './data-set-of.ts'
import { withAspect } from './pixel-aspect.ts'

/** Where images lie, by image. */
const planes = new Map<string, object>()
let isAsking = false

/**
 * Keeps what the loader says of where an image lies. To draw one plane of a volume, cornerstone asks it of every slice, and
 * the loader reads the header anew each time: of 384 slices that takes longer than the drawing.
 */
export function keepPlanes(): void {
  metaData.addProvider(planeOf, 100_000)
}

export function forgetPlanes(imageIds: readonly string[]): void {
  for (const imageId of imageIds) planes.delete(imageId)
}

function planeOf(type: string, imageId: unknown): object | undefined {
  if (type !== 'imagePlaneModule' || isAsking || typeof imageId !== 'string') return undefined
  const known = planes.get(imageId)
  if (known !== undefined) return known
  isAsking = true
  try {
    const told = metaData.get(type, imageId) as object | undefined
    const plane = told && withAspect(told, dataSetOf(imageId))
    // An image that has not come yet lies nowhere.
    if (plane !== undefined) planes.set(imageId, plane)
    return plane
  } finally {
    isAsking = false
  }
}
