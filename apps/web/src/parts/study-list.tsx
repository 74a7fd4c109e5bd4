import { useCallback, useEffect, useMemo, useState } from 'react'

import type { FoundStudies, Remote, StudyRow } from '../engine/model.ts'
import { listen } from '../engine/rpc.ts'
import { Dialog } from './dialog.tsx'
import { DownloadDialog } from './download-dialog.tsx'
import { Failure, type NeededRole } from './failure.tsx'
import { Thumbnail } from './thumbnail.tsx'
import { useApp } from '../state/app-context.ts'
import { type SortKey, sortStudies } from '../state/sort-studies.ts'
import { say, sayDay, type Word } from '../words/say.ts'

/** Studies of a page. */
const count = 20
/** So many are sorted, and gone through: of more, a search finds the one that is meant. */
const most = 1000
const modalities = ['CT', 'MR', 'PT', 'US', 'CR', 'DX', 'MG', 'XA', 'NM', 'SC', 'OT']

const columns: readonly (readonly [SortKey, Word])[] = [
  ['patient', 'worklist.patient'],
  ['patientId', 'worklist.id'],
  ['date', 'worklist.date'],
  ['description', 'worklist.description'],
  ['modalities', 'worklist.modalities'],
  ['images', 'worklist.images'],
]

/** Studies of a service: to be searched, sorted, opened, and downloaded. */
export function StudyList({
  remote,
  pending,
  role = 'worklist',
  onOpen,
}: {
  readonly remote: Remote
  readonly pending: boolean
  readonly role?: NeededRole
  readonly onOpen: (remote: Remote, study: string) => void
}) {
  const { engine, signedIn, google } = useApp()
  const [text, setText] = useState('')
  const [modality, setModality] = useState('')
  const [since, setSince] = useState('')
  const [until, setUntil] = useState('')
  const [from, setFrom] = useState(0)
  const [found, setFound] = useState<FoundStudies>()
  const [error, setError] = useState<unknown>()
  const [sort, setSort] = useState<{ readonly key: SortKey; readonly down: boolean }>({ key: 'date', down: true })
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [downloading, setDownloading] = useState(false)
  const search = useCallback(() => {
    if (pending) return () => {}
    setError(undefined)
    return listen(
      engine.search(remote, { text, modality, days: { since, until }, most }),
      (all) => {
        setFound(all)
        setFrom(0)
      },
      setError,
    )
  }, [engine, remote, text, modality, since, until, pending])
  // Whoever types is let finish a word.
  useEffect(() => {
    let stop = () => {}
    const timer = setTimeout(
      () => {
        stop = search()
      },
      text === '' ? 0 : 250,
    )
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [search, text, signedIn, google?.account])

  const all = useMemo(() => sortStudies(found?.rows ?? [], sort.key, sort.down), [found, sort])
  const rows = all.slice(from, from + count)
  // Of a part of the studies, only the newest are as they would be in all of them.
  const whole = found?.more !== true || (found.newest && sort.key === 'date' && sort.down)
  const sorted = whole ? sort.key : undefined
  const toggle = (uid: string, on: boolean) => {
    const next = new Set(chosen)
    if (on) next.add(uid)
    else next.delete(uid)
    setChosen(next)
  }
  const ask = (key: SortKey) => {
    setSort((now) => ({ key, down: now.key === key ? !now.down : false }))
    setFrom(0)
  }
  return (
    <>
      <div className="filters" role="search">
        <input
          type="search"
          aria-label={say('worklist.search')}
          placeholder={say('worklist.search')}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
        <select
          aria-label={say('worklist.modality')}
          value={modality}
          onChange={({ target }) => setModality(target.value)}
        >
          <option value="">
            {say('worklist.modality')}: {say('worklist.all')}
          </option>
          {modalities.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
        <DayInput label={say('worklist.since')} day={since} onDay={setSince} />
        <DayInput label={say('worklist.until')} day={until} onDay={setUntil} />
        <button type="button" className="main" disabled={chosen.size === 0} onClick={() => setDownloading(true)}>
          {chosen.size === 0 ? say('download.title') : say('worklist.download', { count: chosen.size })}
        </button>
      </div>
      {error !== undefined && <Failure title={say('failed.studies')} error={error} role={role} onRetry={search} />}
      {found === undefined && error === undefined && (
        <p className="hint" role="status">
          {say('worklist.loading')}
        </p>
      )}
      {found !== undefined && rows.length === 0 && (
        <p className="hint" role="status">
          {text === '' && modality === '' && since === '' && until === ''
            ? say('worklist.empty')
            : say('worklist.none')}
        </p>
      )}
      {found?.more === true && (
        <p className="hint" role="status">
          {say(found.newest ? 'worklist.newest' : 'worklist.first', { count: most })}
        </p>
      )}
      {rows.length > 0 && (
        <div className="scroll">
          <table className="studies">
            <thead>
              <tr>
                <th>
                  <span className="hidden">{say('download.title')}</span>
                </th>
                <th>
                  <span className="hidden">{say('worklist.picture')}</span>
                </th>
                {columns.map(([key, word]) => (
                  <th key={key} aria-sort={key === sorted ? (sort.down ? 'descending' : 'ascending') : 'none'}>
                    <button type="button" className="plain" onClick={() => ask(key)}>
                      {say(word)}
                      {key === sorted && <span aria-hidden="true">{sort.down ? ' ↓' : ' ↑'}</span>}
                    </button>
                  </th>
                ))}
                <th>
                  <span className="hidden">{say('worklist.open')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((study) => (
                <Row
                  key={study.uid}
                  study={study}
                  remote={remote}
                  chosen={chosen.has(study.uid)}
                  onChoose={(on) => toggle(study.uid, on)}
                  onOpen={() => onOpen(remote, study.uid)}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {all.length > count && (
        <div className="pages">
          <button type="button" disabled={from === 0} onClick={() => setFrom(Math.max(0, from - count))}>
            {say('worklist.previous')}
          </button>
          <span role="status">{say('worklist.page', { from: from + 1, to: from + rows.length, all: all.length })}</span>
          <button type="button" disabled={from + count >= all.length} onClick={() => setFrom(from + count)}>
            {say('worklist.next')}
          </button>
        </div>
      )}
      {downloading && (
        <Dialog title={say('download.title')} wide onClose={() => setDownloading(false)}>
          <DownloadDialog what={{ kind: 'studies', remote, studies: [...chosen] }} role={role} />
        </Dialog>
      )}
    </>
  )
}

/** A day as DICOM writes it; an empty one is none. */
function DayInput({
  label,
  day,
  onDay,
}: {
  readonly label: string
  readonly day: string
  readonly onDay: (day: string) => void
}) {
  const shown = /^\d{8}$/u.test(day) ? sayDay(day) : ''
  return (
    <label>
      {label}
      <input type="date" value={shown} onChange={({ target }) => onDay(target.value.replaceAll('-', ''))} />
    </label>
  )
}

function Row({
  study,
  remote,
  chosen,
  onChoose,
  onOpen,
}: {
  readonly study: StudyRow
  readonly remote: Remote
  readonly chosen: boolean
  readonly onChoose: (on: boolean) => void
  readonly onOpen: () => void
}) {
  const { uid, patient, patientId, date, description, images } = study
  return (
    <tr>
      <td>
        <input
          type="checkbox"
          aria-label={say('worklist.select', { patient })}
          checked={chosen}
          onChange={({ target }) => onChoose(target.checked)}
        />
      </td>
      <td>
        <Thumbnail remote={remote} study={uid} />
      </td>
      <td title={patient}>
        <span className="clamped">{patient}</span>
      </td>
      <td title={patientId}>
        <span className="clamped">{patientId}</span>
      </td>
      <td className="day">{sayDay(date)}</td>
      <td title={description}>
        <span className="clamped">{description}</span>
      </td>
      <td>{study.modalities}</td>
      <td>{images.toLocaleString('en')}</td>
      <td className="right">
        <button type="button" aria-label={say('worklist.openNamed', { patient })} onClick={onOpen}>
          {say('worklist.open')}
        </button>
      </td>
    </tr>
  )
}
