import { useCallback, useEffect, useId, useState } from 'react'

import type { PendingShare } from '../engine/model.ts'
import { useApp } from '../state/app-context.ts'
import { pendingSharesOf } from '../state/pending-shares.ts'
import { useSharing } from '../state/use-sharing.ts'
import { say, sayBytes, sayCount } from '../words/say.ts'
import { Dialog } from './dialog.tsx'
import { SharingDialog } from './sharing-dialog.tsx'

/** Shares whose page was closed before they were made, of whoever is signed in: others are not told of them. */
export function PendingShares() {
  const { engine, signedIn } = useApp()
  const [pending, setPending] = useState<readonly PendingShare[]>([])
  const [resumed, setResumed] = useState<PendingShare>()
  const look = useCallback(() => {
    if (signedIn) pendingSharesOf(engine).then(setPending, () => setPending([]))
    else setPending([])
  }, [engine, signedIn])
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
              <button type="button" className="main" onClick={() => setResumed(share)}>
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
  const [again, setAgain] = useState('')
  const id = useId()
  const differs = again !== '' && again !== passphrase
  const { needsPassphrase, id: name } = share
  useEffect(() => {
    if (!needsPassphrase) void run(async () => ({ id: name, kept: true }), '')
  }, [run, needsPassphrase, name])
  if (sharing.state.step !== 'asking' || !needsPassphrase) {
    return <SharingDialog sharing={sharing} bytes={{}} onClose={onClose} />
  }
  return (
    <Dialog title={say('share.title')} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (again === passphrase) void run(async () => ({ id: name, kept: true }), passphrase)
        }}
      >
        <p>{say('pending.passphraseLead')}</p>
        <label htmlFor={id}>{say('pending.passphrase')}</label>
        <input
          id={id}
          type="password"
          autoComplete="new-password"
          autoFocus
          required
          value={passphrase}
          onChange={({ target }) => setPassphrase(target.value)}
        />
        <label htmlFor={`${id}-again`}>{say('pending.passphraseAgain')}</label>
        <input
          id={`${id}-again`}
          type="password"
          autoComplete="new-password"
          required
          value={again}
          onChange={({ target }) => setAgain(target.value)}
        />
        {differs && (
          <p className="trouble" role="alert">
            {say('pending.passphraseDiffers')}
          </p>
        )}
        <div className="actions">
          <button type="submit" className="main" disabled={differs}>
            {say('share.resume')}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
