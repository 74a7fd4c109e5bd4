import { useState } from 'react'

import type { ReviewedItem } from '../engine/model.ts'
import { findChanges } from '../state/find-changes.ts'
import { say, sayCount } from '../words/say.ts'

/** Attributes of a series, before and after. */
export function ChangesTable({ item }: { readonly item: ReviewedItem }) {
  const [text, setText] = useState('')
  const [all, setAll] = useState(false)
  const changed = item.changes.filter(({ doing }) => doing !== 'kept').length
  const rows = findChanges(item.changes, text, all)
  return (
    <>
      <p className="hint" role="status">
        {sayCount('deidentify.counts', item.files, { changed, kept: item.changes.length - changed })}
      </p>
      <div className="filters">
        <input
          type="search"
          aria-label={say('deidentify.search')}
          placeholder={say('deidentify.search')}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
        <label className="check">
          <input type="checkbox" checked={all} onChange={({ target }) => setAll(target.checked)} />
          <span>{say('deidentify.showKept')}</span>
        </label>
      </div>
      <div className="scrolling changes" tabIndex={0} role="region" aria-label={say('deidentify.table')}>
        <table>
          <thead>
            <tr>
              <th>{say('deidentify.attribute')}</th>
              <th>{say('deidentify.before')}</th>
              <th>{say('deidentify.after')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, tag, doing, before, after, varies }) => (
              <tr key={`${name} ${doing}`} data-doing={doing}>
                <td>
                  {name} <code>{tag}</code>
                </td>
                <td>
                  {before}
                  {varies && <span className="facts"> {say('deidentify.varies')}</span>}
                </td>
                <td>
                  <span className="badge" data-doing={doing}>
                    {say(`deidentify.doing.${doing}`)}
                  </span>{' '}
                  {after}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {rows.length === 0 && <p className="hint">{say('deidentify.none')}</p>}
      </div>
    </>
  )
}
