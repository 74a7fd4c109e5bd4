import { volumeLoader } from '@cornerstonejs/core'

import type { Item } from '../engine/model.ts'

/** The volume of images that are there; fails where they do not lie behind each other. */
export async function makeVolume(item: Item, imageIds: string[]): Promise<string> {
  if (imageIds.length < 3) throw new TypeError('too few images')
  const volumeId = `cornerstoneStreamingImageVolume:${item.id}`
  const volume = await volumeLoader.createAndCacheVolume(volumeId, { imageIds })
  const loaded = Promise.withResolvers<void>()
  volume.load(() => loaded.resolve())
  await loaded.promise
  return volumeId
}
