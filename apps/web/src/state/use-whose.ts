import { type Dispatch, useEffect, useRef } from 'react'

import type { Engine } from '../engine/start-engine.ts'
import type { Viewer } from '../viewer/viewer.ts'
import type { Desk, DeskAction } from './desk.ts'

/**
 * Asks whose the images of a share are, when they have come or nothing else is waited for: it takes no time from the first
 * picture.
 */
export function useWhose(engine: Engine, viewer: Viewer, { items }: Desk, dispatch: Dispatch<DeskAction>): void {
  const asked = useRef(new Set<string>())
  const unknown = items.filter(({ id, format, whose, expected }) => {
    return format === 'dicom' && whose === undefined && expected === undefined && !asked.current.has(id)
  })
  const next = unknown.find(({ id }) => viewer.series.isIdle || viewer.series.hasSome(id))?.id
  useEffect(() => {
    if (next === undefined) return
    asked.current.add(next)
    Promise.resolve(engine.whose(next)).then(
      (whose) => whose && dispatch({ type: 'known', id: next, whose }),
      () => {},
    )
  }, [engine, dispatch, next])
}
