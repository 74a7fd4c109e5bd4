import { type Dispatch, type RefObject, useCallback, useEffect, useReducer, useRef } from 'react'

import type { Engine } from '../engine/start-engine.ts'
import { loadViewPage } from '../pages/load-view-page.ts'
import { type Desk, type DeskAction, deskReducer, emptyDesk } from './desk.ts'

export interface DeskInUse {
  readonly desk: Desk
  readonly dispatch: Dispatch<DeskAction>
  /** For what began when another desk was shown. */
  readonly latest: RefObject<Desk>
  readonly clear: () => Promise<void>
}

export function useDesk(engine: Engine): DeskInUse {
  const [desk, dispatch] = useReducer(deskReducer, emptyDesk)
  const latest = useRef(desk)
  useEffect(() => {
    latest.current = desk
  }, [desk])
  /** Nothing stays open: its drawings and pixels would come back with what is opened next. */
  const clear = useCallback(async () => {
    const { items } = latest.current
    if (items.length > 0) (await loadViewPage()).forget(items)
    dispatch({ type: 'cleared' })
  }, [])

  // What is shown once is kept once.
  useEffect(() => {
    if (desk.again.length > 0) void engine.close(desk.again)
  }, [engine, desk.again])
  return { desk, dispatch, latest, clear }
}
