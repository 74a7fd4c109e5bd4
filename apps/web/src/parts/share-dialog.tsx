import { type FormEvent, useId, useState } from 'react'

import type { DeidentifyChoice, Expiry, Left, ShareRequest } from '../engine/model.ts'
import { useApp } from '../state/app-context.ts'
import type { Desk } from '../state/desk.ts'
import { fitsOver } from '../state/fits-over.ts'
import { leftWith } from '../state/left-with.ts'
import { useSharing } from '../state/use-sharing.ts'
import { say, sayBytes } from '../words/say.ts'
import { basicChoice } from './deidentify-options.tsx'
import { Dialog } from './dialog.tsx'
import { ReviewStep } from './review-step.tsx'
import { SharingDialog } from './sharing-dialog.tsx'

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
  const [overlaid, setOverlaid] = useState(true)
  const [anonymous, setAnonymous] = useState(false)
  const [choice, setChoice] = useState<DeidentifyChoice>(basicChoice)
  const [reviewing, setReviewing] = useState(false)
  const ids = useId()
  // What is on its way can be shared when it is there.
  const whole = desk.items.filter(({ expected }) => expected === undefined)
  const items = whole.filter((item) => chosen.has(item.id) && (!anonymous || item.format === 'dicom'))
  // Segments of what is left out stay with it.
  const laidOver = desk.segmentations.filter((one) => items.some((item) => fitsOver(one, item)))
  const overlays = overlaid ? laidOver : []

  if (sharing.state.step !== 'asking') {
    const bytes = Object.fromEntries(desk.items.map(({ id, bytes: size }) => [id, size]))
    return <SharingDialog sharing={sharing} bytes={bytes} onClose={onClose} />
  }

  const begin = (wanted: readonly string[]) => {
    const going = desk.items.filter(({ id }) => wanted.includes(id))
    const others = desk.items.filter((item) => !going.includes(item))
    const windows = Object.fromEntries(going.flatMap(({ id, window }) => (window === undefined ? [] : [[id, window]])))
    const request: ShareRequest = {
      title: title.trim(),
      items: going.map(({ id }) => id),
      segmentations: overlays.filter(({ id }) => !anonymous || wanted.includes(id)),
      windows,
      ...leftWith(left(), going, others),
      expires,
      passphrase,
      ...(anonymous && { deidentify: choice }),
    }
    void sharing.run(() => engine.beginShare(request), passphrase)
  }
  if (reviewing) {
    return (
      <Dialog title={say('deidentify.title')} wide onClose={onClose}>
        <ReviewStep
          ids={[...items, ...overlays].map(({ id }) => id)}
          choice={choice}
          onChoice={setChoice}
          onBack={() => setReviewing(false)}
          onGo={begin}
        />
      </Dialog>
    )
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (anonymous) setReviewing(true)
    else begin(items.map(({ id }) => id))
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
          {whole.map(({ id, name, bytes, format }) => (
            <label key={id} className="check">
              <input
                type="checkbox"
                checked={chosen.has(id) && (!anonymous || format === 'dicom')}
                disabled={anonymous && format !== 'dicom'}
                onChange={({ target }) => {
                  const next = new Set(chosen)
                  if (target.checked) next.add(id)
                  else next.delete(id)
                  setChosen(next)
                }}
              />
              <span>{name || say('series.unnamed')}</span>
              <span className="facts">
                {anonymous && format !== 'dicom' ? say('share.dicomOnly') : sayBytes(bytes)}
              </span>
            </label>
          ))}
          {laidOver.length > 0 && (
            <label className="check">
              <input type="checkbox" checked={overlaid} onChange={({ target }) => setOverlaid(target.checked)} />
              <span>{say('segments.title')}</span>
              <span className="facts">{sayBytes(laidOver.reduce((sum, { bytes }) => sum + bytes, 0))}</span>
            </label>
          )}
        </fieldset>
        {!anonymous && <p className="hint">{say('share.nameWarning')}</p>}
        <label className="check">
          <input
            type="checkbox"
            checked={anonymous}
            aria-describedby={`${ids}-anonymous`}
            onChange={({ target }) => setAnonymous(target.checked)}
          />
          <span>{say('share.deidentify')}</span>
        </label>
        <p className="hint indented" id={`${ids}-anonymous`}>
          {say('share.deidentifyHint')}
        </p>
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
            {say(anonymous ? 'share.review' : 'share.start')}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
