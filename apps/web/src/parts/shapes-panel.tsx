import type { Viewer } from '../viewer/viewer.ts'
import { readMeasurement } from '../viewer/shapes.ts'
import { say, type Word } from '../words/say.ts'
import { en } from '../words/en.ts'
import { Icon } from './icons.tsx'

/** What was measured and noted. */
export function ShapesPanel({ viewer, onClose }: { readonly viewer: Viewer; readonly onClose: () => void }) {
  const { shapes } = viewer.drawings
  return (
    <aside className="panel" aria-label={say('shapes.title')}>
      <header>
        <h2>{say('shapes.title')}</h2>
        <button type="button" className="plain" aria-label={say('panel.close')} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      {shapes.length === 0 && <p className="hint">{say('shapes.none')}</p>}
      <ul className="shapes">
        {shapes.map((shape) => {
          const key = `shape.${shape.kind}`
          const kind = say((key in en ? key : 'shape.other') as Word)
          return (
            <li key={shape.id}>
              <span className="kind">{kind}</span>
              <span>{readMeasurement(shape)}</span>
              {viewer.drawings.isWithoutFrame(shape) && <span className="hint">{say('shapes.noFrame')}</span>}
              <button
                type="button"
                className="plain"
                aria-label={say('shapes.remove', { name: kind })}
                onClick={() => viewer.drawings.remove(shape.id)}
              >
                <Icon name="close" />
              </button>
            </li>
          )
        })}
      </ul>
    </aside>
  )
}
