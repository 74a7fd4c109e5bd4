import { useEffect, useState } from 'react'

import type { Item, TagRow } from '../engine/model.ts'
import { useApp } from '../state/app-context.ts'
import { findTags } from '../state/find-tags.ts'
import type { Viewer } from '../viewer/viewer.ts'
import { say, sayError } from '../words/say.ts'
import { Icon } from './icons.tsx'

/** The header of the image that is shown. */
export function TagsPanel({
  viewer,
  pane,
  item,
  onClose,
}: {
  readonly viewer: Viewer
  readonly pane: string
  readonly item: Item | undefined
  readonly onClose: () => void
}) {
  const { engine } = useApp()
  const [rows, setRows] = useState<readonly TagRow[]>([])
  const [trouble, setTrouble] = useState<string>()
  const [text, setText] = useState('')
  const { index } = viewer.stateOf(pane)
  const file = item === undefined || item.files.length === 1 ? 0 : Math.min(index, item.files.length - 1)
  const id = item?.format === 'dicom' ? item.id : undefined
  useEffect(() => {
    setTrouble(undefined)
    if (id === undefined) {
      setRows([])
      return undefined
    }
    let stale = false
    Promise.resolve(engine.tags(id, file)).then(
      (found) => (stale ? undefined : setRows(found)),
      (error: unknown) => (stale ? undefined : setTrouble(sayError(error))),
    )
    return () => {
      stale = true
    }
  }, [engine, id, file])
  const shown = findTags(rows, text)
  return (
    <aside className="panel tags" aria-label={say('tags.title')}>
      <header>
        <h2>{say('tags.title')}</h2>
        <button type="button" className="plain" aria-label={say('panel.close')} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <input
        type="search"
        aria-label={say('tags.search')}
        placeholder={say('tags.search')}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      {trouble !== undefined && <p className="trouble">{trouble}</p>}
      <p className="hint" role="status">
        {shown.length === 0 ? say('tags.none') : say('tags.count', { count: shown.length, total: rows.length })}
      </p>
      <div className="scrolling" tabIndex={0} role="region" aria-label={say('tags.caption')}>
        <table>
          <thead className="hidden">
            <tr>
              <th>{say('tags.name')}</th>
              <th>{say('tags.value')}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((row, at) => (
              <tr key={`${at} ${row.tag}`} data-private={row.private} data-depth={Math.min(row.depth, 4)}>
                <td>
                  {row.keyword} {row.private && <span className="badge warn">{say('tags.private')}</span>}
                  <span className="vr">
                    <code>{row.tag}</code> {row.vr}
                  </span>
                </td>
                <td>{row.value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </aside>
  )
}
