import type { DataSet } from '@gantry/dicom'

import { latin1Of } from '../values/latin1.ts'

const overlayType = 0x0040

/**
 * Groups of overlays (PS3.3 C.9.2) that mark a region. Those of graphics may be text that was drawn, and there is no telling.
 */
export function overlaysKept(elements: DataSet): ReadonlySet<number> {
  const kept = new Set<number>()
  for (const { tag, value } of elements) {
    if ((tag & 0xff000000) >>> 0 !== 0x60000000 || (tag & 0xffff) !== overlayType || value === undefined) continue
    if (latin1Of(value).trim() === 'R') kept.add(tag >>> 16)
  }
  return kept
}
