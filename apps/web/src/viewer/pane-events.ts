import { Enums } from '@cornerstonejs/core'

import type { PaneState } from './pane-state.ts'

const { Events } = Enums

/** Planes by what cornerstone calls them. */
export const axes = { axial: 'AXIAL', sagittal: 'SAGITTAL', coronal: 'CORONAL' } as const

/** After which a pane may show something else. */
export const paneEvents = [
  Events.IMAGE_RENDERED,
  Events.STACK_NEW_IMAGE,
  Events.VOLUME_NEW_IMAGE,
  Events.VOI_MODIFIED,
  Events.CAMERA_MODIFIED,
]

export function samePane(a: PaneState | undefined, b: PaneState): boolean {
  return a !== undefined && JSON.stringify(a) === JSON.stringify(b)
}

/** Events come several at a time: what they ask for is done once, when the code that caused them has ended. */
export function oncePerTurn(work: () => void): () => void {
  let waits = false
  return () => {
    if (waits) return
    waits = true
    queueMicrotask(() => {
      waits = false
      work()
    })
  }
}
