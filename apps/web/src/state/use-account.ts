import { useCallback, useEffect, useRef, useState } from 'react'

import type { Credential } from '../engine/model.ts'
import type { Engine } from '../engine/start-engine.ts'
import type { AppConfig } from './config.ts'
import { tellOtherTabs } from './other-tabs.ts'
import { stayingOut } from './staying-out.ts'

/** Who is signed in with the hub. */
export interface Account {
  /** Their mark. */
  readonly account: string | undefined
  /** The hub is being asked who sits there. */
  readonly pending: boolean
  readonly signIn: (credential: Credential) => Promise<void>
  /** Answers which calls were running. */
  readonly signOut: (how: SigningOut) => Promise<readonly string[]>
}

export interface SigningOut {
  /** Shares that were interrupted stay for when they come back. */
  readonly keepShares: boolean
  /** What is open stays until somebody has looked at it. */
  readonly keepOpen?: boolean
  /** It was done in another tab. */
  readonly elsewhere?: boolean
}

export function useAccount(engine: Engine, { session }: AppConfig): Account {
  const [account, setAccount] = useState<string>()
  const [pending, setPending] = useState(() => session !== undefined && !stayingOut.get())
  // A hub of one's own machine knows who sits there: whoever has signed out is asked first.
  const asked = useRef(!pending)
  useEffect(() => {
    if (session === undefined || asked.current) return
    asked.current = true
    Promise.resolve(engine.signIn({ kind: 'session', url: session }))
      .then(setAccount)
      .catch(() => {})
      .finally(() => setPending(false))
  }, [engine, session])
  const signIn = useCallback(
    async (credential: Credential) => {
      setAccount(await engine.signIn(credential))
      stayingOut.set(false)
    },
    [engine],
  )
  const signOut = useCallback(
    async ({ keepShares, keepOpen = false, elsewhere = false }: SigningOut) => {
      if (account !== undefined && !elsewhere) tellOtherTabs({ account, keepShares })
      setAccount(undefined)
      if (session !== undefined) stayingOut.set(true)
      return await engine.signOut(keepShares, keepOpen)
    },
    [engine, account, session],
  )
  return { account, pending, signIn, signOut }
}
