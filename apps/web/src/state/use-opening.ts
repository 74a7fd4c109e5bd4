import { useCallback, useState } from 'react'

import type { Left, Opened, OpenProgress, PickedFile, RestoredShare } from '../engine/model.ts'
import type { Asking } from '../engine/rpc.ts'
import type { Engine } from '../engine/start-engine.ts'
import type { Dropped } from '../parts/picking.ts'
import { say, sayError, type Word } from '../words/say.ts'
import { type RestoredViews, restoreViews } from './left-views.ts'
import type { PageName } from './route.ts'
import type { DeskInUse } from './use-desk.ts'

/** Something that is being opened. */
export interface Busy {
  readonly words: Extract<Word, 'open.listing' | 'open.reading' | 'open.fetching'>
  readonly done: number
  /** 0: nobody knows yet. */
  readonly total: number
  readonly stop: () => void
}

/** What a share was left like, until the viewer has taken it. */
export interface Restored extends Left {
  /** By which it was opened. */
  readonly link: string
  readonly views: Left['views']
  readonly panes: RestoredViews['left']
}

interface Opener {
  readonly engine: Engine
  readonly desk: DeskInUse
  readonly go: (page: PageName) => void
  readonly tell: (trouble: string | undefined) => void
}

/** Files, studies and shares, put on the desk. */
export function useOpening({ engine, desk: { dispatch, latest, clear }, go, tell }: Opener) {
  const [busy, setBusy] = useState<Busy>()
  const [restored, setRestored] = useState<Restored>()
  const openBy = useCallback(
    async (words: Busy['words'], asking: Asking<Opened>) => {
      tell(undefined)
      setBusy({ words, done: 0, total: 0, stop: () => asking.stop() })
      let told = false
      asking.onProgress(({ done, total, opened, replaces }: OpenProgress) => {
        setBusy((now) => now && { ...now, done, total })
        if (opened === undefined) return
        dispatch({ type: 'opened', opened, ...(replaces !== undefined && { replaces }) })
        if (!told) go('view')
        told ||= somethingIn(opened)
      })
      try {
        const opened = await asking
        dispatch({ type: 'opened', opened })
        if (!told && !somethingIn(opened)) tell(say('open.nothing'))
        const volumes = [...latest.current.items, ...opened.items].some(({ kind }) => kind === 'volume')
        if ((opened.segmentations ?? []).length > 0 && !volumes) tell(say('open.segmentationsAlone'))
        if (!told) go('view')
      } catch (error) {
        tell(sayError(error))
      } finally {
        setBusy(undefined)
      }
    },
    [latest, dispatch, go, tell],
  )
  const openFiles = useCallback(
    (files: readonly PickedFile[]) => {
      if (files.length > 0) void openBy('open.reading', engine.open(files))
    },
    [engine, openBy],
  )
  const openDropped = useCallback(
    ({ files, unread }: Dropped) => {
      if (files.length + unread.length === 0) tell(say('open.nothing'))
      if (unread.length > 0) {
        const problems = unread.map((name) => ({ name, code: 'unavailable' as const, message: say('open.unread') }))
        dispatch({ type: 'opened', opened: { items: [], problems, others: 0 } })
        if (files.length === 0) go('view')
      }
      openFiles(files)
    },
    [openFiles, dispatch, go, tell],
  )
  const openShare = useCallback(
    async (link: string, share: RestoredShare) => {
      const views = restoreViews(share.views, share.items)
      const before = latest.current
      await clear()
      const gone = [...before.items, ...before.segmentations].map(({ id }) => id)
      if (gone.length > 0) void engine.close(gone)
      dispatch({
        type: 'opened',
        opened: { items: share.items, problems: [], others: 0 },
        title: share.title,
        share: true,
      })
      if (views !== undefined) dispatch({ type: 'restored', layout: views.layout })
      setRestored({ link, title: share.title, shapes: share.shapes, views: share.views, panes: views?.left ?? [] })
      const add = (segmentations: Opened['segmentations'] = []) =>
        dispatch({ type: 'opened', opened: { items: [], problems: [], others: 0, segmentations } })
      Promise.resolve(engine.shareSegmentations()).then(add, (error: unknown) => tell(sayError(error)))
    },
    [engine, latest, dispatch, clear, tell],
  )
  const forgetShare = useCallback(() => setRestored(undefined), [])
  return { busy, restored, forgetShare, openBy, openFiles, openDropped, openShare }
}

function somethingIn({ items, segmentations = [], problems }: Opened): boolean {
  return items.length + segmentations.length + problems.length > 0
}
