import { useCallback, useRef, useState } from 'react'

import type { MadeShare, ShareProgress } from '../engine/model.ts'
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
  /** Begins a share, by what answers its name, or goes on with it. */
  readonly run: (begin: () => PromiseLike<string>, passphrase: string) => Promise<void>
  readonly pause: () => void
  readonly resume: () => Promise<void>
  readonly giveUp: () => Promise<void>
}

export function useSharing(engine: Engine): Sharing {
  const [state, setState] = useState<SharingState>({ step: 'asking' })
  const under = useRef<{ id: string; passphrase: string; asking: Asking<MadeShare> | undefined; paused: boolean }>(
    undefined,
  )

  const go = useCallback(async () => {
    const now = under.current
    if (now === undefined) return
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
    } catch (error) {
      setState(now.paused ? { step: 'paused', progress } : { step: 'failed', progress, error })
    }
  }, [engine])

  const run = useCallback(
    async (begin: () => PromiseLike<string>, passphrase: string) => {
      try {
        under.current = { id: await begin(), passphrase, asking: undefined, paused: false }
      } catch (error) {
        setState({ step: 'failed', progress: undefined, error })
        return
      }
      await go()
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
  return { state, run, pause, resume: go, giveUp }
}
