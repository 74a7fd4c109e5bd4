import { lazy, Suspense, useCallback, useEffect, useMemo, useReducer, useRef, useState } from 'react'

import type { PickedFile } from './engine/model.ts'
import type { Engine } from './engine/start-engine.ts'
import { NowherePage } from './pages/nowhere-page.tsx'
import { OpenPage } from './pages/open-page.tsx'
import { OpeningPage } from './pages/opening-page.tsx'
import { SharesPage } from './pages/shares-page.tsx'
import { SignInPage } from './pages/sign-in-page.tsx'
import { WorklistPage } from './pages/worklist-page.tsx'
import { DropZone } from './parts/drop-zone.tsx'
import { GoogleButton } from './parts/google-button.tsx'
import { type Busy, Opening } from './parts/opening.tsx'
import type { Dropped } from './parts/picking.ts'
import { type Leaving, SignOutDialog } from './parts/sign-out-dialog.tsx'
import { Notice } from './parts/notice.tsx'
import { SkipLink } from './parts/skip-link.tsx'
import { TopBar } from './parts/top-bar.tsx'
import { type App, AppContext } from './state/app-context.ts'
import type { AppConfig } from './state/config.ts'
import { type Desk, deskReducer, emptyDesk } from './state/desk.ts'
import { type RestoredViews, restoreViews } from './state/left-views.ts'
import { pendingSharesOf } from './state/pending-shares.ts'
import { type PageName, pathOf, type Route, routeOf } from './state/route.ts'
import { hearOtherTabs } from './state/other-tabs.ts'
import { type SigningOut, useAccount } from './state/use-account.ts'
import { useGoogle } from './state/use-google.ts'
import { saySignedOut } from './words/say-signed-out.ts'
import { say, sayError } from './words/say.ts'
import type { Left, Opened, OpenProgress, RestoredShare } from './engine/model.ts'
import type { Asking } from './engine/rpc.ts'

const loadViewPage = async () => await import('./pages/view-page.tsx')
const ViewPage = lazy(async () => ({ default: (await loadViewPage()).ViewPage }))

/** What a share was left like, until the viewer has taken it. */
export interface Restored extends Left {
  /** By which it was opened. */
  readonly link: string
  readonly views: Left['views']
  readonly panes: RestoredViews['left']
}

export function Root({ engine, config }: { readonly engine: Engine; readonly config: AppConfig }) {
  const [route, setRoute] = useState<Route>(() => routeOf(location.href))
  const [desk, dispatch] = useReducer(deskReducer, emptyDesk)
  const [restored, setRestored] = useState<Restored>()
  const [busy, setBusy] = useState<Busy>()
  const [trouble, setTrouble] = useState<string>()
  const [sent, setSent] = useState(route.page === 'share' && route.sent === true)
  const [leaving, setLeaving] = useState<Leaving>()

  const go = useCallback((page: PageName) => {
    history.pushState(null, '', pathOf(page))
    setRoute({ page })
  }, [])

  useEffect(() => {
    const follow = () => setRoute(routeOf(location.href))
    addEventListener('popstate', follow)
    return () => removeEventListener('popstate', follow)
  }, [])

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
  const google = useGoogle(engine, config)
  const googleSignOut = google?.signOut
  const { account, pending, signIn, signOut } = useAccount(engine, config)
  const signedIn = account !== undefined
  /** Whoever comes next finds nothing of who was here. */
  const leave = useCallback(
    async (how: SigningOut) => {
      setLeaving(undefined)
      setTrouble(undefined)
      googleSignOut?.()
      const gone = signOut(how)
      if (how.keepOpen !== true) {
        await clear()
        setRestored(undefined)
      }
      // A worklist names patients, and a link opens again.
      if (routeOf(location.href).page !== 'view') go('view')
      const words = saySignedOut(how, await gone)
      if (words !== '') setTrouble(words)
    },
    [signOut, googleSignOut, clear, go],
  )
  useEffect(() => {
    if (account === undefined) return undefined
    return hearOtherTabs(account, ({ keepShares }) => {
      const follow = async () => {
        const drawn = await hasDrawn(latest.current)
        const left = leave({ keepShares, keepOpen: drawn, elsewhere: true })
        if (drawn) setLeaving({ shares: 0, drawn, elsewhere: true })
        await left
      }
      void follow()
    })
  }, [account, leave])

  const app = useMemo<App>(
    () => ({
      engine,
      google,
      config,
      signedIn,
      signIn,
      signOut() {
        const ask = async () => {
          const [shares, drawn] = await Promise.all([pendingSharesOf(engine).catch(() => []), hasDrawn(latest.current)])
          if (shares.length > 0 || drawn) setLeaving({ shares: shares.length, drawn, elsewhere: false })
          else await leave({ keepShares: false })
        }
        void ask()
      },
      go,
    }),
    [engine, google, config, signedIn, signIn, go, leave],
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
        const volumes = [...latest.current.items, ...opened.items].some(({ kind }) => kind === 'volume')
        if ((opened.segmentations ?? []).length > 0 && !volumes) setTrouble(say('open.segmentationsAlone'))
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
      const tell = (segmentations: Opened['segmentations'] = []) =>
        dispatch({ type: 'opened', opened: { items: [], problems: [], others: 0, segmentations } })
      Promise.resolve(engine.shareSegmentations()).then(tell, (error: unknown) => setTrouble(sayError(error)))
    },
    [engine, clear],
  )

  // What is shown once is kept once.
  useEffect(() => {
    if (desk.again.length > 0) void engine.close(desk.again)
  }, [engine, desk.again])

  // An address that was changed is another link.
  const viewing = route.page === 'view' || (route.page === 'share' && restored?.link === route.link)
  useEffect(() => {
    document.title = titleOf(route.page)
    // As it is to be, not as it came: what is in a path is sent.
    if (route.page === 'share' && route.link !== location.href) history.replaceState(null, '', route.link)
  }, [route])
  const empty = desk.items.length === 0
  return (
    <AppContext value={app}>
      <SkipLink />
      <TopBar route={route} />
      {google?.needed === true && (
        <div className="over" role="alert">
          <span>{say('google.over')}</span>
          <GoogleButton />
        </div>
      )}
      {sent && <Notice text={say('opening.sent')} onDismiss={() => setSent(false)} />}
      {trouble !== undefined && <Notice text={trouble} onDismiss={() => setTrouble(undefined)} />}
      <DropZone onDropped={openDropped}>
        {route.page === 'worklist' && (
          <WorklistPage
            pending={pending}
            onOpen={(remote, study) => void openBy('open.fetching', engine.openStudy(remote, study))}
            onFolder={(remote, folder) => void openBy('open.reading', engine.openFolder(remote, folder))}
          />
        )}
        {route.page === 'shares' && <SharesPage pending={pending} />}
        {route.page === 'signIn' && <SignInPage />}
        {route.page === 'nowhere' && <NowherePage />}
        {route.page === 'share' && !viewing && (
          <OpeningPage
            key={route.link}
            link={route.link}
            onOpened={async (share) => await openShare(route.link, share)}
          />
        )}
        {viewing && empty && (
          <OpenPage desk={desk} onFiles={openFiles} onDismiss={() => dispatch({ type: 'dismissed' })} />
        )}
        {viewing && !empty && (
          <Suspense fallback={<Waiting />}>
            <ViewPage desk={desk} dispatch={dispatch} restored={restored} onFiles={openFiles} />
          </Suspense>
        )}
      </DropZone>
      {busy !== undefined && <Opening busy={busy} />}
      {leaving !== undefined && (
        <SignOutDialog
          leaving={leaving}
          onLeave={(keepShares) => void leave({ keepShares, elsewhere: leaving.elsewhere })}
          onClose={() => setLeaving(undefined)}
        />
      )}
    </AppContext>
  )
}

/** Of the page alone: what stands there is read over shoulders, and kept by the browser. */
function titleOf(page: Route['page']): string {
  return page === 'view' ? say('app.name') : say('app.title', { page: say(`page.${page}`) })
}

/** Whether something was measured that is in no share. */
async function hasDrawn({ items }: Desk): Promise<boolean> {
  return items.length > 0 && (await loadViewPage()).hasUnshared()
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
