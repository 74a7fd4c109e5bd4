import { cache } from '@cornerstonejs/core'

import type { Item } from '../engine/model.ts'
import { imageIdsOf, placeOf } from './image-ids.ts'
import { forgetPlanes } from './image-planes.ts'
import { listenToImages } from './load-image.ts'
import { makeVolume, volumeIdOf } from './make-volume.ts'
import { LackingImages } from './problem-of.ts'
import { SeriesLoader } from './series-loader.ts'

/** Images and volumes of what is shown, until it is closed. */
export class OpenSeries {
  readonly items = new Map<string, Item>()
  readonly #loaders = new Map<string, SeriesLoader>()
  readonly #volumes = new Map<string, Promise<string>>()
  readonly #changed: (item: string) => void
  readonly #mended: (item: string) => void

  /** `changed` is told when more of an item is there, or has failed; `mended`, when what had failed was tried again. */
  constructor(changed: (item: string) => void, mended: (item: string) => void) {
    this.#changed = changed
    this.#mended = mended
    listenToImages((imageId, error) => this.#loaders.get(placeOf(imageId)?.item ?? '')?.told(imageId, error))
  }

  /** Tries once more what of an item, or of all of them, did not come. */
  again(id?: string): void {
    for (const [item, loader] of this.#loaders) if (id === undefined || id === item) void loader.again()
  }

  /** Whether all that somebody has looked at is there: where nobody has looked yet, that is still to come. */
  get isIdle(): boolean {
    const all = [...this.#loaders.values()]
    return all.length > 0 && all.every(({ loaded, failed, imageIds }) => loaded + failed.size >= imageIds.length)
  }

  /** Whether an image of an item is there. */
  hasSome(item: string): boolean {
    return (this.#loaders.get(item)?.loaded ?? 0) > 0
  }

  imageIds(item: Item): string[] {
    this.items.set(item.id, item)
    return imageIdsOf(item)
  }

  loader(id: string | undefined): SeriesLoader | undefined {
    return this.#loaders.get(id ?? '')
  }

  loaderOf(item: Item): SeriesLoader {
    const known = this.#loaders.get(item.id)
    if (known !== undefined) return known
    const loader = new SeriesLoader(
      imageIdsOf(item),
      () => this.#changed(item.id),
      () => this.#mended(item.id),
    )
    this.#loaders.set(item.id, loader)
    return loader
  }

  /** One volume an item, made when all of its images are there. */
  async volumeOf(item: Item): Promise<string> {
    const imageIds = this.imageIds(item)
    const loader = this.loaderOf(item)
    await loader.start(Math.floor(imageIds.length / 2))
    if (loader.failed.size > 0) await loader.again()
    if (loader.failed.size > 0) throw new LackingImages(loader.failed.size, imageIds.length)
    const made = this.#volumes.get(item.id) ?? makeVolume(item, imageIds)
    this.#volumes.set(item.id, made)
    // What could not be made may be another time.
    made.catch(() => this.#volumes.delete(item.id))
    return await made
  }

  /** Gives back the memory that its images take. */
  close(item: Item): void {
    this.#loaders.get(item.id)?.stop()
    this.#loaders.delete(item.id)
    this.#volumes.delete(item.id)
    this.items.delete(item.id)
    const volumeId = volumeIdOf(item)
    if (cache.getVolumeLoadObject(volumeId) !== undefined) cache.removeVolumeLoadObject(volumeId)
    const imageIds = imageIdsOf(item)
    forgetPlanes(imageIds)
    for (const imageId of imageIds) {
      if (cache.getImageLoadObject(imageId) !== undefined) cache.removeImageLoadObject(imageId, { force: true })
    }
  }
}
