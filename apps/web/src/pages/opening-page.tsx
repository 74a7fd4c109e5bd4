import { isGantryError } from '@gantry/core'
import { type FormEvent, useCallback, useEffect, useId, useRef, useState } from 'react'

import type { RestoredShare } from '../engine/model.ts'
import { useApp } from '../state/app-context.ts'
import { openingProblemOf } from '../state/opening-problem.ts'
import { say } from '../words/say.ts'

/** Whoever has a link comes here first. */
export function OpeningPage({
  link,
  onOpened,
}: {
  readonly link: string
  readonly onOpened: (share: RestoredShare) => Promise<void>
}) {
  const { engine } = useApp()
  const [error, setError] = useState<unknown>()
  const [busy, setBusy] = useState(true)
  const [passphrase, setPassphrase] = useState('')
  const id = useId()
  const open = useCallback(
    async (words: string) => {
      setBusy(true)
      try {
        await onOpened(await engine.openShare(link, words))
      } catch (thrown) {
        setError(thrown)
        setBusy(false)
      }
    },
    [engine, link, onOpened],
  )
  // An open counts: once, whatever React does.
  const begun = useRef<string>(undefined)
  useEffect(() => {
    if (begun.current === link) return
    begun.current = link
    void open('')
  }, [open, link])

  const code = isGantryError(error) ? error.code : undefined
  const asksForPassphrase = code === 'unauthenticated' || (code === 'permission_denied' && passphrase !== '')
  if (asksForPassphrase) {
    const submit = (event: FormEvent) => {
      event.preventDefault()
      void open(passphrase)
    }
    return (
      <main id="main" tabIndex={-1} className="message">
        <form onSubmit={submit}>
          <h1>{say('opening.passphrase')}</h1>
          <p>{say('opening.passphraseLead')}</p>
          <label htmlFor={id}>{say('share.passphrase').replace(/ \(.*/u, '')}</label>
          <input
            id={id}
            type="password"
            autoFocus
            required
            autoComplete="off"
            value={passphrase}
            onChange={({ target }) => setPassphrase(target.value)}
          />
          {code === 'permission_denied' && !busy && (
            <p className="trouble" role="alert">
              {say('opening.wrong')}
            </p>
          )}
          <div className="actions">
            <button type="submit" className="main" disabled={busy}>
              {say('opening.open')}
            </button>
          </div>
        </form>
      </main>
    )
  }
  if (error === undefined || busy) {
    return (
      <main id="main" tabIndex={-1} className="message" aria-busy="true">
        <h1 role="status">{say('opening.title')}</h1>
        <progress aria-label={say('opening.title')} />
      </main>
    )
  }
  const { title, lead, again } = openingProblemOf(error)
  return (
    <main id="main" tabIndex={-1} className="message">
      <h1>{title}</h1>
      <p role="alert">{lead}</p>
      {again && (
        <div className="actions">
          <button type="button" className="main" onClick={() => void open('')}>
            {say('opening.again')}
          </button>
        </div>
      )}
    </main>
  )
}
