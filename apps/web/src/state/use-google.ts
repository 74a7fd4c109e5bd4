import { GantryError } from '@gantry/core'
import type { BrowserSignIn } from '@gantry/google'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'

import { LoadedOnce } from '../engine/loaded-once.ts'
import type { Engine } from '../engine/start-engine.ts'
import { serveTokens } from '../engine/token-port.ts'
import type { AppConfig } from './config.ts'
import { hearOtherTabs, tellOtherTabs } from './other-tabs.ts'

/** Where Google's window comes back to. */
export const signedInPath = '/signed-in'

export interface Google {
  /** Who is signed in. */
  readonly account: string | undefined
  /** The session is over, and only the person can begin another. */
  readonly needed: boolean
  /** From a click, or the browser opens no window. */
  readonly signIn: () => Promise<void>
  readonly signOut: () => void
}

/** Sign-in with Google, where the app is set up for it; its library is loaded when somebody asks for it. */
export function useGoogle(engine: Engine, config: AppConfig): Google | undefined {
  const [account, setAccount] = useState<string>()
  const [needed, setNeeded] = useState(false)
  const session = useRef<LoadedOnce<BrowserSignIn>>(undefined)
  const { google } = config

  const begin = useCallback(async (): Promise<BrowserSignIn> => {
    if (google === undefined) throw new GantryError('unsupported', 'This page knows no sign-in with Google.')
    const { browserPrompt, browserSignIn } = await import('@gantry/google')
    const popup = browserPrompt({ window })
    const made = browserSignIn({
      clientId: google.clientId,
      redirectUri: `${location.origin}${signedInPath}`,
      ...(google.endpoints !== undefined && { endpoints: google.endpoints }),
      // Nothing frames this page, and it frames nothing: where the next token needs a window, the person is asked.
      prompt: async (url, call) => {
        if (call.silent) throw new GantryError('unauthenticated', 'The session with Google is over: sign in again.')
        return await popup(url, call)
      },
      onSignInNeeded: () => setNeeded(true),
    })
    const { port1, port2 } = new MessageChannel()
    serveTokens(port1, made.tokens)
    await engine.useGoogle(port2, { baseUrl: google.baseUrl, projectsUrl: google.projectsUrl })
    return made
  }, [engine, google])

  const signIn = useCallback(async () => {
    session.current ??= new LoadedOnce(begin)
    const made = await session.current.get()
    await made.signIn()
    setAccount(made.account ?? '')
    setNeeded(false)
  }, [begin])
  const forget = useCallback(() => {
    void session.current?.loaded().then((made) => made?.signOut())
    setAccount(undefined)
    setNeeded(false)
  }, [])
  const signOut = useCallback(() => {
    if (account !== undefined) tellOtherTabs({ account: markOf(account), keepShares: true })
    forget()
  }, [account, forget])
  useEffect(() => (account === undefined ? undefined : hearOtherTabs(markOf(account), forget)), [account, forget])
  return useMemo(
    () => (google === undefined ? undefined : { account, needed, signIn, signOut }),
    [google, account, needed, signIn, signOut],
  )
}

/** No mark of a hub's account has a space. */
function markOf(account: string): string {
  return `google ${account}`
}
