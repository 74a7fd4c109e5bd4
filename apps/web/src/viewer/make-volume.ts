import { metaData, volumeLoader } from '@cornerstonejs/core'

import type { Item } from '../engine/model.ts'
import { type ImagePlane, isVolume } from '../state/volume-geometry.ts'

export function volumeIdOf({ id }: Item): string {
  return `cornerstoneStreamingImageVolume:${id}`
}

/** The volume of images that are there, all of them; fails where they do not lie behind each other. */
export async function makeVolume(item: Item, imageIds: string[]): Promise<string> {
  const planes = imageIds.map((imageId) => metaData.get('imagePlaneModule', imageId) as ImagePlane | undefined)
  if (!isVolume(planes)) throw new TypeError('no volume')
  const volumeId = volumeIdOf(item)
  const volume = await volumeLoader.createAndCacheVolume(volumeId, { imageIds })
  const loaded = Promise.withResolvers<void>()
  volume.load(() => loaded.resolve())
  await loaded.promise
  return volumeId
}
