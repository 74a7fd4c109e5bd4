import { useEffect, useReducer } from 'react'

import type { Viewer } from '../viewer/viewer.ts'

/** Draws again when something in the viewer has changed, once a frame at most. */
export function useViewer(viewer: Viewer): void {
  const [, draw] = useReducer((count: number) => count + 1, 0)
  useEffect(() => {
    let asked: number | undefined
    const stop = viewer.subscribe(() => {
      asked ??= requestAnimationFrame(() => {
        asked = undefined
        draw()
      })
    })
    return () => {
      stop()
      if (asked !== undefined) cancelAnimationFrame(asked)
    }
  }, [viewer])
}
