import { useCallback, useEffect, useState } from 'react'

import type { Viewer } from '../viewer/viewer.ts'

const imagesASecond = 15

/** Plays the images of a pane, over and over; another pane begins at rest. */
export function useCine(viewer: Viewer, pane: string): { readonly playing: boolean; readonly toggle: () => void } {
  const [played, setPlayed] = useState<string>()
  const playing = played === pane
  useEffect(() => {
    if (!playing) return undefined
    const timer = setInterval(() => viewer.scroll(pane, 1, true), 1000 / imagesASecond)
    return () => clearInterval(timer)
  }, [viewer, pane, playing])
  const toggle = useCallback(() => setPlayed((now) => (now === pane ? undefined : pane)), [pane])
  return { playing, toggle }
}
