import { type FormEvent, useId, useState } from 'react'

import type { DeidentifyChoice, Expiry, Item, Left, ShareRequest } from '../engine/model.ts'
import { useApp } from '../state/app-context.ts'
import { byPatient, firstChosen, patientsAmong } from '../state/by-patient.ts'
import { activeItem, type Desk } from '../state/desk.ts'
import { fitsOver } from '../state/fits-over.ts'
import { leftWith } from '../state/left-with.ts'
import { useSharing } from '../state/use-sharing.ts'
import { say, sayBytes } from '../words/say.ts'
import { basicChoice } from './deidentify-options.tsx'
import { Dialog } from './dialog.tsx'
import { ReviewStep } from './review-step.tsx'
import { SharingDialog } from './sharing-dialog.tsx'
import { PatientHeading, StudyHeading } from './whose-heading.tsx'

const expiries: readonly Expiry[] = ['1d', '7d', '30d', 'never']

/** From what is open to a link. */
export function ShareDialog({
  desk,
  left,
  onShared,
  onClose,
}: {
  readonly desk: Desk
  /** Asked when the share begins: how everything stands then. */
  readonly left: () => Pick<Left, 'shapes' | 'views'>
  /** Called when all that was drawn is in a share. */
  readonly onShared: () => void
  readonly onClose: () => void
}) {
  const { engine, signedIn, go } = useApp()
  const sharing = useSharing(engine)
  const [title, setTitle] = useState(desk.title)
  const [expires, setExpires] = useState<Expiry>('7d')
  const [passphrase, setPassphrase] = useState('')
  /** By id: what somebody has said of an item. */
  const [said, setSaid] = useState<Readonly<Record<string, boolean>>>({})
  const [overlaid, setOverlaid] = useState(true)
  const [anonymous, setAnonymous] = useState(false)
  const [choice, setChoice] = useState<DeidentifyChoice>(basicChoice)
  const [reviewing, setReviewing] = useState(false)
  const ids = useId()
  // What is on its way can be shared when it is there.
  const whole = desk.items.filter(({ expected }) => expected === undefined)
  const first = firstChosen(whole, activeItem(desk))
  const isChosen = ({ id, format }: Item) => (said[id] ?? first.has(id)) && (!anonymous || format === 'dicom')
  const items = whole.filter(isChosen)
  const patients = patientsAmong(items)
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
    const all = left()
    const goesAlong = leftWith(all, going, others)
    const request: ShareRequest = {
      title: title.trim(),
      items: going.map(({ id }) => id),
      segmentations: overlays.filter(({ id }) => !anonymous || wanted.includes(id)),
      windows,
      ...goesAlong,
      expires,
      passphrase,
      ...(anonymous && { deidentify: choice }),
    }
    const nothingStays = goesAlong.shapes.length === all.shapes.length
    void sharing.run(() => engine.beginShare(request), passphrase).then((made) => made && nothingStays && onShared())
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
          {byPatient(whole).map((patient) => (
            <section key={patient.key}>
              <PatientHeading of={patient} />
              {patient.studies.map((study) => (
                <section key={study.key}>
                  <StudyHeading of={study} />
                  {study.items.map((item) => (
                    <Choice
                      key={item.id}
                      item={item}
                      anonymous={anonymous}
                      checked={isChosen(item)}
                      onChoose={(on) => setSaid((now) => ({ ...now, [item.id]: on }))}
                    />
                  ))}
                </section>
              ))}
            </section>
          ))}
          {laidOver.length > 0 && (
            <label className="check">
              <input type="checkbox" checked={overlaid} onChange={({ target }) => setOverlaid(target.checked)} />
              <span>{say('segments.title')}</span>
              <span className="facts">{sayBytes(laidOver.reduce((sum, { bytes }) => sum + bytes, 0))}</span>
            </label>
          )}
        </fieldset>
        {patients > 1 && (
          <p className="trouble" role="status">
            {say('share.patients', { count: patients })}
          </p>
        )}
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

function Choice({
  item: { name, bytes, format },
  anonymous,
  checked,
  onChoose,
}: {
  readonly item: Item
  readonly anonymous: boolean
  readonly checked: boolean
  readonly onChoose: (on: boolean) => void
}) {
  const unfit = anonymous && format !== 'dicom'
  return (
    <label className="check">
      <input type="checkbox" checked={checked} disabled={unfit} onChange={({ target }) => onChoose(target.checked)} />
      <span>{name || say('series.unnamed')}</span>
      <span className="facts">{unfit ? say('share.dicomOnly') : sayBytes(bytes)}</span>
    </label>
  )
}
