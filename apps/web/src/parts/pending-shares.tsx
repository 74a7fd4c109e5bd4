import { useCallback, useEffect, useId, useState } from 'react'

import type { PendingShare } from '../engine/model.ts'
import { useApp } from '../state/app-context.ts'
import { useSharing } from '../state/use-sharing.ts'
import { say, sayBytes, sayCount } from '../words/say.ts'
import { Dialog } from './dialog.tsx'
import { SharingDialog } from './sharing-dialog.tsx'

/** Looked at without the worker's help: on most days there is nothing, and nothing is loaded for it. */
async function hasPending(): Promise<boolean> {
  try {
    const root = await navigator.storage.getDirectory()
    const folder = await (await root.getDirectoryHandle('gantry')).getDirectoryHandle('pending')
    for await (const _ of folder.keys()) return true
  } catch {
    // There is no such folder.
  }
  return false
}

/** Shares whose page was closed before they were made. */
export function PendingShares() {
  const { engine, signedIn } = useApp()
  const [pending, setPending] = useState<readonly PendingShare[]>([])
  const [resumed, setResumed] = useState<PendingShare>()
  const look = useCallback(() => {
    const ask = async () => ((await hasPending()) ? await engine.pendingShares() : [])
    ask().then(setPending, () => setPending([]))
  }, [engine])
  useEffect(look, [look])
  // Another tab may have gone on meanwhile.
  useEffect(() => {
    addEventListener('focus', look)
    return () => removeEventListener('focus', look)
  }, [look])
  if (pending.length === 0 && resumed === undefined) return null
  return (
    <section className="pending">
      {pending.map((share) => (
        <article key={share.id}>
          <div>
            <h2>{say(share.elsewhere ? 'pending.elsewhere' : 'pending.title')}</h2>
            <p>
              {sayCount('pending.text', share.files, {
                title: share.title || say('pending.untitled'),
                size: sayBytes(share.bytes),
              })}
            </p>
          </div>
          {!share.elsewhere && (
            <div className="actions">
              <button
                type="button"
                onClick={() => void Promise.resolve(engine.giveUpSharing(share.id)).then(look, look)}
              >
                {say('share.giveUp')}
              </button>
              <button type="button" className="main" disabled={!signedIn} onClick={() => setResumed(share)}>
                {say('share.resume')}
              </button>
            </div>
          )}
        </article>
      ))}
      {resumed !== undefined && (
        <ResumeDialog
          share={resumed}
          onClose={() => {
            setResumed(undefined)
            look()
          }}
        />
      )}
    </section>
  )
}

function ResumeDialog({ share, onClose }: { readonly share: PendingShare; readonly onClose: () => void }) {
  const { engine } = useApp()
  const sharing = useSharing(engine)
  const { run } = sharing
  const [passphrase, setPassphrase] = useState('')
  const id = useId()
  const { needsPassphrase, id: name } = share
  useEffect(() => {
    if (!needsPassphrase) void run(async () => name, '')
  }, [run, needsPassphrase, name])
  if (sharing.state.step !== 'asking' || !needsPassphrase) {
    return <SharingDialog sharing={sharing} bytes={{}} onClose={onClose} />
  }
  return (
    <Dialog title={say('share.title')} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void run(async () => name, passphrase)
        }}
      >
        <label htmlFor={id}>{say('share.passphrase')}</label>
        <input
          id={id}
          type="password"
          autoFocus
          required
          value={passphrase}
          onChange={({ target }) => setPassphrase(target.value)}
        />
        <div className="actions">
          <button type="submit" className="main">
            {say('share.resume')}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
