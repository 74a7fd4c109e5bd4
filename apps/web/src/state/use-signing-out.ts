import { useCallback, useEffect, useState } from 'react'

import type { Engine } from '../engine/start-engine.ts'
import { loadViewPage } from '../pages/load-view-page.ts'
import { saySignedOut } from '../words/say-signed-out.ts'
import type { Desk } from './desk.ts'
import { hearOtherTabs } from './other-tabs.ts'
import { pendingSharesOf } from './pending-shares.ts'
import { type PageName, routeOf } from './route.ts'
import type { Account, SigningOut } from './use-account.ts'
import type { DeskInUse } from './use-desk.ts'
import type { Google } from './use-google.ts'

/** What is still in this browser of whoever signs out: without a word, nothing of it stays. */
export interface Leaving {
  /** Shares that were interrupted. */
  readonly shares: number
  /** Measurements that are nowhere else. */
  readonly drawn: boolean
  /** They have signed out in another tab, and so here. */
  readonly elsewhere: boolean
}

interface SignedIn {
  readonly engine: Engine
  readonly account: Account
  readonly google: Google | undefined
  readonly desk: DeskInUse
  /** What was opened of a share is forgotten. */
  readonly forgetShare: () => void
  readonly go: (page: PageName) => void
  readonly tell: (trouble: string | undefined) => void
}

/** Signing out, here and in other tabs; whoever would lose something is asked first. */
export function useSigningOut({
  engine,
  account: { account, signOut },
  google,
  desk,
  forgetShare,
  go,
  tell,
}: SignedIn) {
  const [leaving, setLeaving] = useState<Leaving>()
  const { latest, clear } = desk
  const googleSignOut = google?.signOut
  /** Whoever comes next finds nothing of who was here. */
  const leave = useCallback(
    async (how: SigningOut) => {
      setLeaving(undefined)
      tell(undefined)
      googleSignOut?.()
      const gone = signOut(how)
      if (how.keepOpen !== true) {
        await clear()
        forgetShare()
      }
      // A worklist names patients, and a link opens again.
      if (routeOf(location.href).page !== 'view') go('view')
      const words = saySignedOut(how, await gone)
      if (words !== '') tell(words)
    },
    [signOut, googleSignOut, clear, forgetShare, go, tell],
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
  }, [account, latest, leave])

  const ask = useCallback(async () => {
    const [shares, drawn] = await Promise.all([pendingSharesOf(engine).catch(() => []), hasDrawn(latest.current)])
    if (shares.length > 0 || drawn) setLeaving({ shares: shares.length, drawn, elsewhere: false })
    else await leave({ keepShares: false })
  }, [engine, latest, leave])
  const stay = useCallback(() => setLeaving(undefined), [])
  return { leaving, leave, ask, stay }
}

/** Whether something was measured that is in no share. */
async function hasDrawn({ items }: Desk): Promise<boolean> {
  return items.length > 0 && (await loadViewPage()).hasUnshared()
}
