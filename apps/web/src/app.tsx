import { lazy, Suspense, useMemo, useState } from 'react'

import type { Engine } from './engine/start-engine.ts'
import { loadViewPage } from './pages/load-view-page.ts'
import { NowherePage } from './pages/nowhere-page.tsx'
import { OpenPage } from './pages/open-page.tsx'
import { OpeningPage } from './pages/opening-page.tsx'
import { SharesPage } from './pages/shares-page.tsx'
import { SignInPage } from './pages/sign-in-page.tsx'
import { WorklistPage } from './pages/worklist-page.tsx'
import { DropZone } from './parts/drop-zone.tsx'
import { GoogleButton } from './parts/google-button.tsx'
import { Opening } from './parts/opening.tsx'
import { SignOutDialog } from './parts/sign-out-dialog.tsx'
import { Notice } from './parts/notice.tsx'
import { SkipLink } from './parts/skip-link.tsx'
import { TopBar } from './parts/top-bar.tsx'
import { type App, AppContext } from './state/app-context.ts'
import type { AppConfig } from './state/config.ts'
import { useAccount } from './state/use-account.ts'
import { useDesk } from './state/use-desk.ts'
import { useGoogle } from './state/use-google.ts'
import { useOpening } from './state/use-opening.ts'
import { useRoute } from './state/use-route.ts'
import { useSigningOut } from './state/use-signing-out.ts'
import { say } from './words/say.ts'

const ViewPage = lazy(async () => ({ default: (await loadViewPage()).ViewPage }))

/** Places the pages; what happens on them is in hooks of `state`. */
export function Root({ engine, config }: { readonly engine: Engine; readonly config: AppConfig }) {
  const { route, go } = useRoute()
  const [sent, setSent] = useState(route.page === 'share' && route.sent === true)
  const [trouble, setTrouble] = useState<string>()
  const inUse = useDesk(engine)
  const { desk, dispatch } = inUse
  const google = useGoogle(engine, config)
  const account = useAccount(engine, config)
  const opening = useOpening({ engine, desk: inUse, go, tell: setTrouble })
  const { busy, restored, openBy, openFiles, openDropped, openShare, forgetShare } = opening
  const signingOut = useSigningOut({ engine, account, google, desk: inUse, forgetShare, go, tell: setTrouble })
  const { leaving, leave, ask, stay } = signingOut
  const { pending, signIn } = account
  const signedIn = account.account !== undefined

  const app = useMemo<App>(
    () => ({ engine, google, config, signedIn, signIn, signOut: () => void ask(), go }),
    [engine, google, config, signedIn, signIn, ask, go],
  )

  // An address that was changed is another link.
  const viewing = route.page === 'view' || (route.page === 'share' && restored?.link === route.link)
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
          onClose={stay}
        />
      )}
    </AppContext>
  )
}

/** While the viewer is loaded, of which a first visit needs some megabytes. */
function Waiting() {
  return (
    <main className="waiting" aria-busy="true">
      <p role="status">{say('open.viewer')}</p>
    </main>
  )
}
