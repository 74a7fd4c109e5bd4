import { type FormEvent, useId, useState } from 'react'

import type { Expiry, Left, ShareRequest } from '../engine/model.ts'
import { useApp } from '../state/app-context.ts'
import type { Desk } from '../state/desk.ts'
import { useSharing } from '../state/use-sharing.ts'
import { say, sayBytes } from '../words/say.ts'
import { Dialog } from './dialog.tsx'
import { ShareSteps } from './share-steps.tsx'

const expiries: readonly Expiry[] = ['1d', '7d', '30d', 'never']

/** From what is open to a link. */
export function ShareDialog({
  desk,
  left,
  onClose,
}: {
  readonly desk: Desk
  /** Asked when the share begins: how everything stands then. */
  readonly left: () => Pick<Left, 'shapes' | 'views'>
  readonly onClose: () => void
}) {
  const { engine, signedIn, go } = useApp()
  const sharing = useSharing(engine)
  const [title, setTitle] = useState(desk.title)
  const [expires, setExpires] = useState<Expiry>('7d')
  const [passphrase, setPassphrase] = useState('')
  const [chosen, setChosen] = useState(() => new Set(desk.items.map(({ id }) => id)))
  const ids = useId()
  const items = desk.items.filter(({ id }) => chosen.has(id))

  if (sharing.state.step !== 'asking') {
    const close = () => {
      sharing.pause()
      onClose()
    }
    const bytes = Object.fromEntries(desk.items.map(({ id, bytes: size }) => [id, size]))
    return (
      <Dialog title={say('share.title')} onClose={close}>
        <ShareSteps sharing={sharing} bytes={bytes} onClose={onClose} />
      </Dialog>
    )
  }

  const submit = (event: FormEvent) => {
    event.preventDefault()
    const { shapes, views } = left()
    const windows = Object.fromEntries(items.flatMap(({ id, window }) => (window === undefined ? [] : [[id, window]])))
    const request: ShareRequest = {
      title: title.trim(),
      items: items.map(({ id }) => id),
      windows,
      shapes,
      views,
      expires,
      passphrase,
    }
    void sharing.run(() => engine.beginShare(request), passphrase)
  }
  return (
    <Dialog title={say('share.title')} onClose={onClose}>
      <p>{say('share.lead')}</p>
      {!signedIn && (
        <p className="trouble">
          {say('share.needSignIn')}{' '}
          <button type="button" onClick={() => go('signIn')}>
            {say('nav.signIn')}
          </button>
        </p>
      )}
      <form onSubmit={submit}>
        <label htmlFor={`${ids}-title`}>{say('share.name')}</label>
        <input
          id={`${ids}-title`}
          maxLength={200}
          value={title}
          placeholder={say('share.namePlaceholder')}
          onChange={({ target }) => setTitle(target.value)}
        />
        <fieldset>
          <legend>{say('share.what')}</legend>
          {desk.items.map(({ id, name, bytes }) => (
            <label key={id} className="check">
              <input
                type="checkbox"
                checked={chosen.has(id)}
                onChange={({ target }) => {
                  const next = new Set(chosen)
                  if (target.checked) next.add(id)
                  else next.delete(id)
                  setChosen(next)
                }}
              />
              <span>{name || say('series.unnamed')}</span>
              <span className="facts">{sayBytes(bytes)}</span>
            </label>
          ))}
        </fieldset>
        <p className="hint">{say('share.nameWarning')}</p>
        <div className="two">
          <div>
            <label htmlFor={`${ids}-expires`}>{say('share.expires')}</label>
            <select id={`${ids}-expires`} value={expires} onChange={({ target }) => setExpires(target.value as Expiry)}>
              {expiries.map((one) => (
                <option key={one} value={one}>
                  {say(`share.expires.${one}`)}
                </option>
              ))}
            </select>
          </div>
          <div>
            <label htmlFor={`${ids}-passphrase`}>{say('share.passphrase')}</label>
            <input
              id={`${ids}-passphrase`}
              type="password"
              autoComplete="new-password"
              value={passphrase}
              aria-describedby={`${ids}-hint`}
              onChange={({ target }) => setPassphrase(target.value)}
            />
            <p className="hint" id={`${ids}-hint`}>
              {say('share.passphraseHint')}
            </p>
          </div>
        </div>
        <div className="actions">
          <button type="submit" className="main" disabled={!signedIn || items.length === 0}>
            {say('share.start')}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
