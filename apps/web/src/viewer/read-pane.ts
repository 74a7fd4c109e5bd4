import { cache, metaData, type Types } from '@cornerstonejs/core'

import { edgesOf } from '../state/orientation.ts'
import { voiOf } from './apply-tables.ts'
import { dataSetOf } from './data-set-of.ts'
import { imageIdsOf } from './image-ids.ts'
import type { PaneContent, PaneState } from './pane-state.ts'
import { windowOf } from './presets.ts'
import { valuesPerSuv } from './suv.ts'

type Slices = Types.IStackViewport
type Volumes = Types.IVolumeViewport

/** What is told around a picture, as its viewport knows it. */
export function readPane(
  { item, kind }: PaneContent,
  viewport: Slices | Volumes,
): Pick<PaneState, 'index' | 'count' | 'inverted' | 'window' | 'edges' | 'valuesPerSuv' | 'withoutTable'> {
  const { voiRange, invert = false } = (viewport.getProperties() ?? {}) as {
    readonly voiRange?: { readonly lower: number; readonly upper: number } | null
    readonly invert?: boolean
  }
  const window = voiRange && kind !== 'volume' ? { window: windowOf(voiRange) } : {}
  const place = placeIn(kind, viewport, item === undefined ? 0 : imageIdsOf(item).length)
  return {
    ...place,
    inverted: invert,
    ...window,
    ...edgesIn(kind, viewport),
    ...suvIn(item, place.index),
    withoutTable: lacksTable({ item, kind }, viewport),
  }
}

/** Planes through a volume, whose images may have tables of their own, are drawn by none. */
function lacksTable({ item, kind }: Pick<PaneContent, 'item' | 'kind'>, viewport: Slices | Volumes): boolean {
  if (kind === 'stack') return voiOf((viewport as Slices).getCornerstoneImage()) === 'damaged'
  const [first = ''] = item === undefined ? [] : imageIdsOf(item)
  return kind !== 'volume' && voiOf(cache.getImage(first)) !== undefined
}

/** Of the image that is shown, and of planes through a volume of the first one: it is the same in all of a series. */
function suvIn(item: PaneContent['item'], index: number): Pick<PaneState, 'valuesPerSuv'> {
  if (item?.modality !== 'PT') return {}
  const imageIds = imageIdsOf(item)
  const dataSet = dataSetOf(imageIds[index]) ?? dataSetOf(imageIds[0])
  const values = dataSet && valuesPerSuv(dataSet)
  return values === undefined ? {} : { valuesPerSuv: values }
}

/** Pictures that say nothing of the patient, such as ultrasound, have no sides. */
function edgesIn(kind: PaneContent['kind'], viewport: Slices | Volumes): Pick<PaneState, 'edges'> {
  if (kind === 'volume') return {}
  if (kind === 'stack') {
    const plane = metaData.get('imagePlaneModule', (viewport as Slices).getCurrentImageId()) as
      | { readonly imageOrientationPatient?: readonly number[] }
      | undefined
    if (plane?.imageOrientationPatient?.length !== 6) return {}
  }
  const { viewUp, viewPlaneNormal } = viewport.getCamera()
  return viewUp === undefined || viewPlaneNormal === undefined ? {} : { edges: edgesOf({ viewUp, viewPlaneNormal }) }
}

function placeIn(kind: PaneContent['kind'], viewport: Slices | Volumes, images: number) {
  if (kind === 'stack') return { index: (viewport as Slices).getCurrentImageIdIndex(), count: images }
  if (kind === 'volume') return { index: 0, count: 0 }
  return { index: (viewport as Volumes).getSliceIndex(), count: (viewport as Volumes).getNumberOfSlices() }
}
