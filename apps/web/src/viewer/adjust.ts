import type { Types } from '@cornerstonejs/core'

type Viewport = Types.IStackViewport | Types.IVolumeViewport | undefined

export function rotate(viewport: Viewport, degrees: number): void {
  if (viewport === undefined) return
  const { rotation = 0 } = viewport.getViewPresentation()
  viewport.setViewPresentation({ rotation: (rotation + degrees + 360) % 360 })
  viewport.render()
}

export function flip(viewport: Viewport): void {
  if (viewport === undefined) return
  viewport.setCamera({ flipHorizontal: !(viewport.getCamera().flipHorizontal ?? false) })
  viewport.render()
}

export function zoom(viewport: Viewport, factor: number): void {
  if (viewport === undefined) return
  viewport.setZoom(viewport.getZoom() * factor)
  viewport.render()
}
