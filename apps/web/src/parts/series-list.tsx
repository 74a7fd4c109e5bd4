import { useRef } from 'react'

import type { Item, PickedFile } from '../engine/model.ts'
import type { Desk } from '../state/desk.ts'
import { say, sayBytes, sayCount } from '../words/say.ts'
import { Icon } from './icons.tsx'
import { filesOfInput } from './picking.ts'

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
  const input = useRef<HTMLInputElement>(null)
  return (
    <aside className="series" aria-label={say('series.title')}>
      <h2>{desk.title === '' ? say('series.title') : desk.title}</h2>
      <ul>
        {desk.items.map((item) => {
          const name = item.name || say('series.unnamed')
          return (
            <li key={item.id} data-active={item.id === active}>
              <button
                type="button"
                className="choose"
                aria-pressed={item.id === active}
                disabled={item.kind === 'mesh'}
                onClick={() => onChoose(item.id)}
              >
                <span className="name">{name}</span>
                <span className="facts">
                  {item.kind === 'mesh' ? say('series.mesh') : (item.modality ?? item.format.toUpperCase())}
                  {' · '}
                  {item.kind === 'mesh' ? item.format.toUpperCase() : sayCount('series.images', countOf(item))}
                  {' · '}
                  {sayBytes(item.bytes)}
                </span>
              </button>
              <button
                type="button"
                className="plain"
                aria-label={say('series.close', { name })}
                onClick={() => onClose(item)}
              >
                <Icon name="close" />
              </button>
            </li>
          )
        })}
      </ul>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        data-pick="more"
        onChange={(event) => onFiles(filesOfInput(event.currentTarget))}
      />
      <button type="button" onClick={() => input.current?.click()}>
        {say('open.more')}
      </button>
    </aside>
  )
}

function countOf({ files, frames, dimensions, expected }: Item): number {
  if (expected !== undefined) return expected
  if (frames !== undefined) return frames.length
  if (files.length > 1) return files.length
  const [, , slices = 1, times = 1] = dimensions ?? []
  return slices * times
}
