import { Enums, type RenderingEngine, type Types } from '@cornerstonejs/core'

type Viewport = Types.IStackViewport | Types.IVolumeViewport

/** Panes of another size: pictures that nobody has moved, enlarged or turned fill them again, the others stay where they were. */
export function refit(rendering: RenderingEngine): void {
  const untouched = rendering.getViewports().filter((viewport) => isUntouched(viewport as Viewport)) as Viewport[]
  rendering.resize(true, true)
  for (const viewport of untouched) {
    viewport.resetCamera({ resetPan: true, resetZoom: true, resetToCenter: false, resetRotation: false } as never)
    viewport.render()
  }
}

/** Fitting turns back what was rotated or flipped: that counts as touched. */
function isUntouched(viewport: Viewport): boolean {
  if (viewport.type === Enums.ViewportType.VOLUME_3D) return false
  try {
    const { rotation = 0 } = viewport.getViewPresentation()
    const { flipHorizontal = false, flipVertical = false } = viewport.getCamera()
    if (rotation !== 0 || flipHorizontal || flipVertical) return false
    const [x, y] = viewport.getPan()
    return Math.abs(viewport.getZoom() - 1) < 1e-3 && Math.abs(x) < 1 && Math.abs(y) < 1
  } catch {
    // Nothing is in it yet.
    return false
  }
}
