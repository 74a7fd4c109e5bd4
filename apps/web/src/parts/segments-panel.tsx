import { useId } from 'react'

import type { SegmentationItem } from '../engine/model.ts'
import type { Viewer } from '../viewer/viewer.ts'
import { say } from '../words/say.ts'
import { Icon } from './icons.tsx'

/** What is laid over the images: its colours, and what is seen of it. */
export function SegmentsPanel({
  viewer,
  segmentations,
  onClose,
}: {
  readonly viewer: Viewer
  readonly segmentations: readonly SegmentationItem[]
  readonly onClose: () => void
}) {
  const { overlays } = viewer
  const id = useId()
  return (
    <aside className="panel" aria-label={say('segments.title')}>
      <header>
        <h2>{say('segments.title')}</h2>
        <button type="button" className="plain" aria-label={say('panel.close')} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <label className="check">
        <input type="checkbox" checked={overlays.shown} onChange={() => overlays.toggle()} />
        <span>{say('segments.show')}</span>
      </label>
      <label htmlFor={id}>{say('segments.opacity')}</label>
      <input
        id={id}
        type="range"
        min={0}
        max={100}
        step={5}
        value={Math.round(overlays.opacity * 100)}
        onChange={({ target }) => overlays.setOpacity(Number(target.value) / 100)}
      />
      <div className="scrolling">
        {segmentations.map((segmentation) => (
          <section key={segmentation.id} className="segments" data-status={overlays.statusOf(segmentation.id)}>
            <h3>{segmentation.name || say('segments.unnamed')}</h3>
            {overlays.statusOf(segmentation.id) === 'failed' && <p className="trouble">{say('segments.failed')}</p>}
            {overlays.statusOf(segmentation.id) === 'waiting' && <p className="hint">{say('segments.waiting')}</p>}
            <ul>
              {segmentation.segments.map(({ number, label, colour }) => (
                <li key={number}>
                  <label className="check">
                    <input
                      type="checkbox"
                      checked={overlays.isVisible(segmentation.id, number)}
                      onChange={({ target }) => overlays.setVisible(segmentation.id, number, target.checked)}
                    />
                    <span>{label}</span>
                    <svg className="swatch" viewBox="0 0 16 16" aria-hidden="true">
                      <rect width="16" height="16" rx="4" fill={`rgb(${colour.join(' ')})`} />
                    </svg>
                  </label>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </aside>
  )
}
