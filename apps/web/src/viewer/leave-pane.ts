import type { Types } from '@cornerstonejs/core'

import { placeOf } from './image-ids.ts'
import type { LeftPane, PaneContent, PaneState } from './pane-state.ts'

/** How a pane stands. */
export function leavePane(
  { kind, item }: PaneContent,
  viewport: Types.IStackViewport | Types.IVolumeViewport,
  { index, inverted, window }: PaneState,
): LeftPane {
  if (kind === 'stack') {
    const imageId = (viewport as Types.IStackViewport).getCurrentImageId()
    const instance = item?.files[placeOf(imageId ?? '')?.file ?? -1]?.image
    return {
      kind,
      index,
      inverted,
      ...(window !== undefined && { window }),
      ...(instance !== undefined && { instance: instance.sopInstanceUID }),
      presentation: structuredClone(viewport.getViewPresentation()),
    }
  }
  const { position, focalPoint, viewUp, viewPlaneNormal, parallelScale, parallelProjection } = viewport.getCamera()
  const camera = { position, focalPoint, viewUp, viewPlaneNormal, parallelScale, parallelProjection }
  return {
    kind,
    inverted,
    ...(window !== undefined && kind !== 'volume' && { window }),
    camera: structuredClone(camera),
  }
}
