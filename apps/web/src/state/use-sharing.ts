import { useCallback, useRef, useState } from 'react'

import type { BegunShare, MadeShare, ShareProgress } from '../engine/model.ts'
import type { Asking } from '../engine/rpc.ts'
import type { Engine } from '../engine/start-engine.ts'

/** Where a share is on its way to a link. */
export type SharingState =
  | { readonly step: 'asking' }
  | { readonly step: 'running'; readonly progress: ShareProgress | undefined }
  | { readonly step: 'paused'; readonly progress: ShareProgress | undefined }
  | { readonly step: 'failed'; readonly progress: ShareProgress | undefined; readonly error: unknown }
  | { readonly step: 'done'; readonly made: MadeShare }

export interface Sharing {
  readonly state: SharingState
  /** Whether it can be gone on with when this page was closed. */
  readonly kept: boolean
  /** Begins a share, by what answers its name, or goes on with it; answers whether it was made. */
  readonly run: (begin: () => PromiseLike<BegunShare>, passphrase: string) => Promise<boolean>
  readonly pause: () => void
  readonly resume: () => Promise<boolean>
  readonly giveUp: () => Promise<void>
}

export function useSharing(engine: Engine): Sharing {
  const [state, setState] = useState<SharingState>({ step: 'asking' })
  const [kept, setKept] = useState(true)
  const under = useRef<{ id: string; passphrase: string; asking: Asking<MadeShare> | undefined; paused: boolean }>(
    undefined,
  )

  const go = useCallback(async () => {
    const now = under.current
    if (now === undefined) return false
    now.paused = false
    let progress: ShareProgress | undefined
    setState({ step: 'running', progress })
    const asking = engine.goOnSharing(now.id, now.passphrase)
    now.asking = asking
    asking.onProgress((told: ShareProgress) => {
      progress = told
      if (!now.paused) setState({ step: 'running', progress })
    })
    try {
      const made = await asking
      setState({ step: 'done', made })
      return true
    } catch (error) {
      setState(now.paused ? { step: 'paused', progress } : { step: 'failed', progress, error })
      return false
    }
  }, [engine])

  const run = useCallback(
    async (begin: () => PromiseLike<BegunShare>, passphrase: string) => {
      try {
        const { id, kept: isKept } = await begin()
        setKept(isKept)
        under.current = { id, passphrase, asking: undefined, paused: false }
      } catch (error) {
        setState({ step: 'failed', progress: undefined, error })
        return false
      }
      return await go()
    },
    [go],
  )
  const pause = useCallback(() => {
    if (under.current === undefined) return
    under.current.paused = true
    under.current.asking?.stop()
  }, [])
  const giveUp = useCallback(async () => {
    pause()
    const { id } = under.current ?? {}
    under.current = undefined
    // Where another tab has it, it is for that to be given up.
    if (id !== undefined) await Promise.resolve(engine.giveUpSharing(id)).catch(() => {})
  }, [engine, pause])
  return { state, kept, run, pause, resume: go, giveUp }
}
