import { useEffect, useId, useState } from 'react'

import type { DeidentifyChoice, OpenProgress, ReviewedItem } from '../engine/model.ts'
import { useApp } from '../state/app-context.ts'
import { unlooked } from '../state/find-changes.ts'
import { say, sayCount } from '../words/say.ts'
import { ChangesTable } from './changes-table.tsx'
import { DeidentifyOptions } from './deidentify-options.tsx'
import { Failure } from './failure.tsx'
import { Progress } from './progress.tsx'

/** By which options it was looked at. */
interface Reviewed extends Pick<DeidentifyChoice, 'retain' | 'clean'> {
  readonly items: readonly ReviewedItem[]
}

/** What de-identification does, before it is done: nothing is shared that was not looked at. */
export function ReviewStep({
  ids,
  choice,
  onChoice,
  onBack,
  onGo,
}: {
  readonly ids: readonly string[]
  readonly choice: DeidentifyChoice
  readonly onChoice: (choice: DeidentifyChoice) => void
  readonly onBack: () => void
  /** With the ids of what can be shared so. */
  readonly onGo: (ids: readonly string[]) => void
}) {
  const { engine } = useApp()
  const [reviewed, setReviewed] = useState<Reviewed>()
  const [progress, setProgress] = useState<OpenProgress>({ done: 0, total: 0 })
  const [error, setError] = useState<unknown>()
  const [shown, setShown] = useState<string>()
  const [looked, setLooked] = useState<ReadonlySet<string>>(new Set())
  const { retain, clean } = choice
  const list = ids.join(' ')
  useEffect(() => {
    const asking = engine.reviewDeidentified(list.split(' '), { retain, clean, blankRows: {} })
    let stale = false
    setError(undefined)
    asking.onProgress((told: OpenProgress) => (stale ? undefined : setProgress(told)))
    Promise.resolve(asking).then(
      (items) => (stale ? undefined : setReviewed({ retain, clean, items })),
      (thrown: unknown) => (stale ? undefined : setError(thrown)),
    )
    return () => {
      stale = true
      asking.stop()
    }
  }, [engine, list, retain, clean])

  const id = useId()
  const items = reviewed?.items
  const current = reviewed?.retain === retain && reviewed.clean === clean
  const able = (items ?? []).filter(({ problem }) => problem === undefined)
  const item = able.find((one) => one.id === shown) ?? able[0]
  const toLookAt = unlooked(able, looked)
  return (
    <div className="review">
      <p>{say('deidentify.lead')}</p>
      <DeidentifyOptions choice={choice} onChange={onChoice} />
      {error !== undefined && <Failure title={say('failed.review')} error={error} role="shares" />}
      {items === undefined && error === undefined && (
        <div role="status">
          <p className="hint">{say('deidentify.looking', { done: progress.done, total: progress.total })}</p>
          <Progress label={say('deidentify.title')} done={progress.done} total={progress.total} />
        </div>
      )}
      {items?.map(({ id: of, name, problem }) =>
        problem === undefined ? null : (
          <p key={of} className="trouble">
            {say('deidentify.problem', { name: name || say('series.unnamed'), problem })}
          </p>
        ),
      )}
      {able.map((one) => (
        <BurnedIn
          key={one.id}
          item={one}
          looked={looked.has(one.id)}
          rows={choice.blankRows[one.id] ?? 0}
          onLooked={(on) => setLooked((now) => new Set(on ? [...now, one.id] : [...now].filter((of) => of !== one.id)))}
          onRows={(rows) => onChoice({ ...choice, blankRows: { ...choice.blankRows, [one.id]: rows } })}
        />
      ))}
      {able.length > 1 && (
        <>
          <label htmlFor={id}>{say('deidentify.series')}</label>
          <select id={id} value={item?.id} onChange={({ target }) => setShown(target.value)}>
            {able.map(({ id: of, name }) => (
              <option key={of} value={of}>
                {name || say('series.unnamed')}
              </option>
            ))}
          </select>
        </>
      )}
      {item !== undefined && <ChangesTable item={item} />}
      <div className="actions">
        <button type="button" onClick={onBack}>
          {say('share.back')}
        </button>
        <button
          type="button"
          className="main"
          disabled={!current || able.length === 0 || toLookAt.length > 0}
          onClick={() => onGo(able.map(({ id: of }) => of))}
        >
          {say('share.start')}
        </button>
      </div>
    </div>
  )
}

/** Rules suspect, nobody has looked: a person must. */
function BurnedIn({
  item,
  looked,
  rows,
  onLooked,
  onRows,
}: {
  readonly item: ReviewedItem
  readonly looked: boolean
  readonly rows: number
  readonly onLooked: (on: boolean) => void
  readonly onRows: (rows: number) => void
}) {
  const id = useId()
  if (item.warnings.length === 0) return null
  return (
    <section className="burned" role="alert">
      <strong>{say('burned.title', { name: item.name || say('series.unnamed') })}</strong>
      <ul>
        {item.warnings.map(({ reason, files }) => (
          <li key={reason}>{sayCount(`burned.reason.${reason}`, files)}</li>
        ))}
      </ul>
      <label htmlFor={id}>{say('burned.rows')}</label>
      <input
        id={id}
        type="number"
        min={0}
        max={65_535}
        value={rows}
        onChange={({ target }) => onRows(Math.max(0, Math.min(65_535, Math.floor(Number(target.value) || 0))))}
      />
      <label className="check">
        <input type="checkbox" checked={looked} onChange={({ target }) => onLooked(target.checked)} />
        <span>{say('burned.looked')}</span>
      </label>
    </section>
  )
}
