import { Enums, imageLoader, init, RenderingEngine, type Types } from '@cornerstonejs/core'
import { init as initLoader, wadors } from '@cornerstonejs/dicom-image-loader'
import type { Picture, Wanted } from './picture.ts'

// What the page does for whoever drives the browser: the way of OHIF, from metadata to what is on the screen.
init({ debug: {}, rendering: { useCPURendering: true } })
initLoader({ maxWebWorkers: 1 })

async function show({ root, study, series, window: voiRange }: Wanted): Promise<Picture[]> {
  const base = `${root}/studies/${study}/series/${series}`
  const answer = await fetch(`${base}/metadata`, { headers: { accept: 'application/dicom+json' } })
  if (!answer.ok) throw new Error(`The metadata were refused with ${answer.status}.`)
  const instances = (await answer.json()) as Record<string, { Value?: unknown[] }>[]
  const imageIds = instances.map((metadata) => {
    const imageId = `wadors:${base}/instances/${String(metadata['00080018']?.Value?.[0])}/frames/1`
    wadors.metaDataManager.add(imageId, metadata as never)
    return imageId
  })
  const pictures: Picture[] = []
  for (const [index, imageId] of imageIds.entries()) {
    const image = await imageLoader.loadAndCacheImage(imageId)
    pictures.push({
      instance: String(instances[index]?.['00080018']?.Value?.[0]),
      rows: image.rows,
      columns: image.columns,
      values: [...image.getPixelData()],
      rendered: await render(imageId, image, voiRange),
    })
  }
  return pictures
}

/** The red of each pixel of a canvas that is as large as the image. */
async function render(imageId: string, image: Types.IImage, voiRange: Wanted['window']): Promise<number[]> {
  const element = document.createElement('div')
  element.style.cssText = `width: ${image.columns}px; height: ${image.rows}px`
  document.body.append(element)
  const engine = new RenderingEngine('engine')
  try {
    engine.enableElement({ viewportId: 'stack', element, type: Enums.ViewportType.STACK })
    const viewport = engine.getViewport<Types.IStackViewport>('stack')
    const rendered = new Promise((resolve) => {
      element.addEventListener(Enums.Events.IMAGE_RENDERED, resolve, { once: true })
    })
    await viewport.setStack([imageId])
    viewport.setProperties({ voiRange, interpolationType: Enums.InterpolationType.NEAREST })
    await rendered
    viewport.render()
    const canvas = viewport.getCanvas()
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height)
    return Array.from({ length: data.length / 4 }, (_, pixel) => data[pixel * 4]!)
  } finally {
    engine.destroy()
    element.remove()
  }
}

Object.assign(globalThis, { show })
