import type { Opened } from '../engine/model.ts'
import { say, sayCount } from '../words/say.ts'

const most = 50

/** Files that were left out, and why: the rest is open. */
export function Problems({
  problems,
  others,
  again,
  onDismiss,
}: {
  readonly problems: Opened['problems']
  readonly others: number
  /** How many series were open already. */
  readonly again: number
  readonly onDismiss: () => void
}) {
  if (problems.length === 0 && others === 0 && again === 0) return null
  return (
    <section className="problems" role="status">
      <div>
        {again > 0 && <p>{sayCount('problems.again', again)}</p>}
        {problems.length + others > 0 && (
          <details open={problems.length > 0 && problems.length < 6}>
            <summary>
              {problems.length > 0 ? sayCount('problems.title', problems.length) : sayCount('problems.others', others)}
            </summary>
            <ul>
              {problems.slice(0, most).map(({ name, message }) => (
                <li key={name}>
                  <strong>{name}</strong> {message}
                </li>
              ))}
              {problems.length > most && <li>{say('problems.more', { count: problems.length - most })}</li>}
              {problems.length > 0 && others > 0 && <li>{sayCount('problems.others', others)}</li>}
            </ul>
          </details>
        )}
      </div>
      <button type="button" className="plain" onClick={onDismiss}>
        {say('problems.dismiss')}
      </button>
    </section>
  )
}
