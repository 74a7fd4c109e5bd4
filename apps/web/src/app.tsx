import { lazy, Suspense, useCallback, useEffect, useMemo, useReducer, useRef, useState } from 'react'

import type { Credential, PickedFile } from './engine/model.ts'
import type { Engine } from './engine/start-engine.ts'
import { OpenPage } from './pages/open-page.tsx'
import { OpeningPage } from './pages/opening-page.tsx'
import { SharesPage } from './pages/shares-page.tsx'
import { SignInPage } from './pages/sign-in-page.tsx'
import { WorklistPage } from './pages/worklist-page.tsx'
import { DropZone } from './parts/drop-zone.tsx'
import { GoogleButton } from './parts/google-button.tsx'
import { type Busy, Opening } from './parts/opening.tsx'
import type { Dropped } from './parts/picking.ts'
import { TopBar } from './parts/top-bar.tsx'
import { type App, AppContext } from './state/app-context.ts'
import type { AppConfig } from './state/config.ts'
import { deskReducer, emptyDesk } from './state/desk.ts'
import { type RestoredViews, restoreViews } from './state/left-views.ts'
import { pathOf, type Route, routeOf } from './state/route.ts'
import { useGoogle } from './state/use-google.ts'
import { say, sayError } from './words/say.ts'
import type { Left, Opened, OpenProgress, RestoredShare } from './engine/model.ts'
import type { Asking } from './engine/rpc.ts'

const ViewPage = lazy(async () => ({ default: (await import('./pages/view-page.tsx')).ViewPage }))

/** What a share was left like, until the viewer has taken it. */
export interface Restored extends Left {
  readonly views: Left['views']
  readonly panes: RestoredViews['left']
}

export function Root({ engine, config }: { readonly engine: Engine; readonly config: AppConfig }) {
  const [route, setRoute] = useState<Route>(() => routeOf(location.href))
  const [signedIn, setSignedIn] = useState(false)
  const [desk, dispatch] = useReducer(deskReducer, emptyDesk)
  const [restored, setRestored] = useState<Restored>()
  const [busy, setBusy] = useState<Busy>()
  const [trouble, setTrouble] = useState<string>()
  const [session, setSession] = useState(config.session !== undefined)

  const go = useCallback((page: Exclude<Route['page'], 'share'>) => {
    history.pushState(null, '', pathOf(page))
    setRoute({ page })
  }, [])

  useEffect(() => {
    const follow = () => setRoute(routeOf(location.href))
    addEventListener('popstate', follow)
    return () => removeEventListener('popstate', follow)
  }, [])

  // A hub of one's own machine knows who sits there.
  const asked = useRef(false)
  useEffect(() => {
    if (config.session === undefined || asked.current) return
    asked.current = true
    Promise.resolve(engine.signIn({ kind: 'session', url: config.session }))
      .then(() => setSignedIn(true))
      .catch(() => {})
      .finally(() => setSession(false))
  }, [engine, config.session])

  const google = useGoogle(engine, config)
  const app = useMemo<App>(
    () => ({
      engine,
      google,
      config,
      signedIn,
      async signIn(credential: Credential) {
        await engine.signIn(credential)
        setSignedIn(true)
      },
      signOut() {
        void engine.signOut()
        setSignedIn(false)
      },
      go,
    }),
    [engine, google, config, signedIn, go],
  )

  const openBy = useCallback(
    async (words: Busy['words'], asking: Asking<Opened>) => {
      setTrouble(undefined)
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
        if (!told && !somethingIn(opened)) setTrouble(say('open.nothing'))
        if (!told) go('view')
      } catch (error) {
        setTrouble(sayError(error))
      } finally {
        setBusy(undefined)
      }
    },
    [go],
  )
  const openFiles = useCallback(
    (files: readonly PickedFile[]) => {
      if (files.length > 0) void openBy('open.reading', engine.open(files))
    },
    [engine, openBy],
  )
  const openDropped = useCallback(
    ({ files, unread }: Dropped) => {
      if (files.length + unread.length === 0) setTrouble(say('open.nothing'))
      if (unread.length > 0) {
        const problems = unread.map((name) => ({ name, code: 'unavailable' as const, message: say('open.unread') }))
        dispatch({ type: 'opened', opened: { items: [], problems, others: 0 } })
        if (files.length === 0) go('view')
      }
      openFiles(files)
    },
    [openFiles, go],
  )
  const openShare = useCallback(
    (share: RestoredShare) => {
      const views = restoreViews(share.views, share.items)
      dispatch({ type: 'cleared' })
      dispatch({
        type: 'opened',
        opened: { items: share.items, problems: [], others: 0 },
        title: share.title,
        share: true,
      })
      if (views !== undefined) dispatch({ type: 'restored', layout: views.layout })
      setRestored({ title: share.title, shapes: share.shapes, views: share.views, panes: views?.left ?? [] })
      const tell = (segmentations: Opened['segmentations'] = []) =>
        dispatch({ type: 'opened', opened: { items: [], problems: [], others: 0, segmentations } })
      Promise.resolve(engine.shareSegmentations()).then(tell, (error: unknown) => setTrouble(sayError(error)))
    },
    [engine],
  )

  // What is shown once is kept once.
  useEffect(() => {
    if (desk.again.length > 0) void engine.close(desk.again)
  }, [engine, desk.again])

  const viewing = route.page === 'view' || route.page === 'share'
  const empty = desk.items.length === 0
  return (
    <AppContext value={app}>
      <a className="skip" href="#main">
        {say('app.skip')}
      </a>
      <TopBar route={route} />
      {google?.needed === true && (
        <div className="over" role="alert">
          <span>{say('google.over')}</span>
          <GoogleButton />
        </div>
      )}
      {trouble !== undefined && (
        <div className="over" role="alert">
          <span>{trouble}</span>
          <button type="button" className="plain" onClick={() => setTrouble(undefined)}>
            {say('problems.dismiss')}
          </button>
        </div>
      )}
      <DropZone onDropped={openDropped}>
        {route.page === 'worklist' && (
          <WorklistPage
            pending={session}
            onOpen={(remote, study) => void openBy('open.fetching', engine.openStudy(remote, study))}
            onFolder={(remote, folder) => void openBy('open.reading', engine.openFolder(remote, folder))}
          />
        )}
        {route.page === 'shares' && <SharesPage pending={session} />}
        {route.page === 'signIn' && <SignInPage />}
        {route.page === 'share' && restored === undefined && <OpeningPage link={route.link} onOpened={openShare} />}
        {(route.page === 'view' || (route.page === 'share' && restored !== undefined)) && empty && (
          <OpenPage desk={desk} onFiles={openFiles} onDismiss={() => dispatch({ type: 'dismissed' })} />
        )}
        {viewing && !empty && (
          <Suspense fallback={<Waiting />}>
            <ViewPage desk={desk} dispatch={dispatch} restored={restored} onFiles={openFiles} />
          </Suspense>
        )}
      </DropZone>
      {busy !== undefined && <Opening busy={busy} />}
    </AppContext>
  )
}

function somethingIn({ items, segmentations = [], problems }: Opened): boolean {
  return items.length + segmentations.length + problems.length > 0
}

/** While the viewer is loaded, of which a first visit needs some megabytes. */
function Waiting() {
  return (
    <main className="waiting" aria-busy="true">
      <p role="status">{say('open.viewer')}</p>
    </main>
  )
}
