import { useRef } from 'react'

import type { Item, PickedFile } from '../engine/model.ts'
import type { Desk } from '../state/desk.ts'
import { byPatient } from '../state/by-patient.ts'
import { countOf } from '../viewer/image-ids.ts'
import { say, sayBytes, sayCount } from '../words/say.ts'
import { Icon } from './icons.tsx'
import { PickButton } from './pick-button.tsx'
import { PatientHeading, StudyHeading } from './whose-heading.tsx'

/** What is open. */
export function SeriesList({
  desk,
  active,
  onChoose,
  onClose,
  onFiles,
}: {
  readonly desk: Desk
  readonly active: string | undefined
  readonly onChoose: (id: string) => void
  readonly onClose: (item: Item) => void
  readonly onFiles: (files: readonly PickedFile[]) => void
}) {
  const list = useRef<HTMLElement>(null)
  const close = (item: Item) => {
    onClose(item)
    // Its button goes with it: whoever uses the keyboard goes on from here, and not from the top of the page.
    list.current?.focus()
  }
  return (
    <aside ref={list} className="series" tabIndex={-1} aria-label={say('series.title')}>
      <h2>{desk.title === '' ? say('series.title') : desk.title}</h2>
      {byPatient(desk.items).map((patient) => (
        <section key={patient.key}>
          <PatientHeading of={patient} />
          {patient.studies.map((study) => (
            <section key={study.key}>
              <StudyHeading of={study} />
              <ul>
                {study.items.map((item) => (
                  <Row
                    key={item.id}
                    item={item}
                    active={item.id === active}
                    onChoose={() => onChoose(item.id)}
                    onClose={() => close(item)}
                  />
                ))}
              </ul>
            </section>
          ))}
        </section>
      ))}
      <div className="more">
        <PickButton name="more" onFiles={onFiles}>
          {say('open.more')}
        </PickButton>
        <PickButton name="more-folder" folder onFiles={onFiles}>
          {say('open.moreFolder')}
        </PickButton>
      </div>
    </aside>
  )
}

function Row({
  item,
  active,
  onChoose,
  onClose,
}: {
  readonly item: Item
  readonly active: boolean
  readonly onChoose: () => void
  readonly onClose: () => void
}) {
  const name = item.name || say('series.unnamed')
  return (
    <li data-active={active}>
      <button type="button" className="choose" aria-pressed={active} disabled={item.kind === 'mesh'} onClick={onChoose}>
        <span className="name">{name}</span>
        <span className="facts">
          {item.kind === 'mesh' ? say('series.mesh') : (item.modality ?? item.format.toUpperCase())}
          {' · '}
          {item.kind === 'mesh' ? item.format.toUpperCase() : sayCount('series.images', countOf(item))}
          {' · '}
          {sayBytes(item.bytes)}
        </span>
      </button>
      <button type="button" className="plain" aria-label={say('series.close', { name })} onClick={onClose}>
        <Icon name="close" />
      </button>
    </li>
  )
}
