import { cache, imageLoader, metaData, type Types } from '@cornerstonejs/core'
import { wadouri } from '@cornerstonejs/dicom-image-loader'

import type { Engine } from '../engine/start-engine.ts'
import { applyTables } from './apply-tables.ts'
import { voiFunctionOf } from './frame-values.ts'
import { placeOf } from './image-ids.ts'

/** Told what came of every image that somebody asked for. */
export type Told = (imageId: string, error?: unknown) => void

const { dataSetCacheManager: dataSets } = wadouri
let tell: Told = () => {}

/** One listener a page, as there is one viewer. */
export function listenToImages(told: Told): void {
  tell = told
}

/** The bytes come from the worker that has them, whatever they are of: a file, a study on a server, a share. */
export function registerImages(engine: Engine): void {
  // Cornerstone waits for none of these: each image that fails would be an error that nobody has handled.
  const put = cache.putImageLoadObject.bind(cache)
  cache.putImageLoadObject = (imageId, object) => {
    const kept = put(imageId, object)
    kept.catch(() => {})
    return kept
  }
  imageLoader.registerImageLoader('dicomfile', (imageId) => {
    const { url } = wadouri.parseImageId(imageId)
    let state: 'loading' | 'kept' | 'gone' = 'loading'
    const promise = load(engine, imageId).then(
      (image) => {
        if (state === 'gone') dataSets.unload(url)
        else state = 'kept'
        tell(imageId)
        return image
      },
      (error: unknown) => {
        tell(imageId, error)
        throw error
      },
    )
    // Its file goes when the last image of it does.
    const decache = () => {
      if (state === 'kept') dataSets.unload(url)
      state = 'gone'
    }
    return { promise, decache }
  })
}

async function load(engine: Engine, imageId: string): Promise<Types.IImage> {
  const { url, scheme, pixelDataFrame } = wadouri.parseImageId(imageId)
  const place = placeOf(url)
  if (place === undefined || scheme !== 'dicomfile') throw new Error('That is no image of this page.')
  const bytes = async () => await engine.read(place.item, place.file)
  const dataSet = dataSets.load(url, bytes, imageId)
  // What the loader throws while it looks for the pixels would be lost, and the image waited for for ever.
  const heard = {
    // oxlint-disable-next-line unicorn/no-thenable -- it is what the loader waits for
    then: (use: (found: unknown) => void, fail: (error: unknown) => void) => void dataSet.then(use).catch(fail),
  }
  try {
    const loading = wadouri.loadImageFromPromise(heard as never, imageId, pixelDataFrame ?? 0, url, {}, undefined)
    const image = await loading.promise
    await applyTables(image, bytes)
    const { voiLUTFunction } = (metaData.get('voiLutModule', imageId) ?? {}) as { readonly voiLUTFunction?: unknown }
    // The loader takes the first letter of a name for the first name.
    return Object.assign(image, { voiLUTFunction: voiFunctionOf(voiLUTFunction) })
  } catch (error) {
    dataSets.unload(url)
    throw error
  }
}
