import type { Item } from '../engine/model.ts'

/** Names every frame of a volume, in order, in the way that cornerstone's loader of files reads. */
export function imageIdsOf(item: Item): string[] {
  const [first] = item.files
  const frames = item.frames ?? framesOf(item)
  if (item.files.length === 1 && first !== undefined && frames !== undefined) {
    return frames.map((frame) => `dicomfile:${item.id}/0?frame=${frame}`)
  }
  return item.files.map((_, index) => `dicomfile:${item.id}/${index}`)
}

/** Which file of which item an image is of. */
export function placeOf(imageId: string): { readonly item: string; readonly file: number } | undefined {
  const found = /^(?:dicomfile:)?([^/?]+)\/(\d+)(?:\?|$)/u.exec(imageId)
  return found === null ? undefined : { item: found[1] ?? '', file: Number(found[2]) }
}

function framesOf({ files: [first] }: Item): number[] | undefined {
  const count = first?.image?.numberOfFrames ?? 1
  return count > 1 ? Array.from({ length: count }, (_, index) => index + 1) : undefined
}
