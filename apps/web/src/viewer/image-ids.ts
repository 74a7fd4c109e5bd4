import type { Shape } from '@gantry/core'

import type { Item } from '../engine/model.ts'
import { frameAt, type FramePlane } from './frame-at.ts'

/** Names every frame of a volume, in order, in the way that cornerstone's loader of files reads. */
export function imageIdsOf(item: Item): string[] {
  const [first] = item.files
  const frames = item.frames ?? framesOf(item)
  if (item.files.length === 1 && first !== undefined && frames !== undefined) {
    return frames.map((frame) => `dicomfile:${item.id}/0?frame=${frame}`)
  }
  return item.files.map((_, index) => `dicomfile:${item.id}/${index}`)
}

export interface Place {
  readonly item: string
  readonly file: number
  /** Counted from 1; of a file that has several. */
  readonly frame?: number
}

/** Which file of which item an image is of, and which frame of it. */
export function placeOf(imageId: string): Place | undefined {
  const [, item, file, frame] = /^(?:dicomfile:)?([^/?]+)\/(\d+)(?:\?(?:frame=(\d+))?|$)/u.exec(imageId) ?? []
  if (item === undefined) return undefined
  return { item, file: Number(file), ...(frame !== undefined && { frame: Number(frame) }) }
}

/**
 * The image that a shape was drawn on, where it is open. Shapes of before say no frame: then it is the one that lies where
 * they do, if that can be told.
 */
export function imageOfShape(
  { sopInstanceUID, frame, plane }: Pick<Shape, 'sopInstanceUID' | 'frame' | 'plane'>,
  items: Iterable<Item>,
  planeOf: (imageId: string) => FramePlane | undefined,
): string | undefined {
  for (const item of items) {
    const file = item.files.findIndex(({ image }) => image?.sopInstanceUID === sopInstanceUID)
    if (file < 0) continue
    const imageIds = imageIdsOf(item)
    if (item.files.length > 1 || imageIds.length === 1) return imageIds[file]
    if (frame !== undefined) return imageIds.find((imageId) => placeOf(imageId)?.frame === frame)
    return plane && imageIds[frameAt(plane, imageIds.map(planeOf)) ?? -1]
  }
  return undefined
}

/** How many images an item has, as far as it is known. */
export function countOf(item: Item): number {
  const { files, expected, dimensions } = item
  if (expected !== undefined) return expected
  const [, , slices = 1, times = 1] = dimensions ?? []
  return Math.max(imageIdsOf(item).length, files.length > 1 ? 1 : slices * times)
}

function framesOf({ files: [first] }: Item): number[] | undefined {
  const count = first?.image?.numberOfFrames ?? 1
  return count > 1 ? Array.from({ length: count }, (_, index) => index + 1) : undefined
}
