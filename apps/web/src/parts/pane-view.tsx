import { lazy, Suspense, useEffect, useRef } from 'react'

import type { LeftPane, PaneContent } from '../viewer/pane-state.ts'
import { readWindow } from '../viewer/presets.ts'
import type { Viewer } from '../viewer/viewer.ts'
import { say, sayCode } from '../words/say.ts'
import { Progress } from './progress.tsx'

const NiivuePane = lazy(async () => ({ default: (await import('./niivue-pane.tsx')).NiivuePane }))

export interface PaneProps {
  readonly id: string
  readonly number: number
  readonly viewer: Viewer
  readonly content: PaneContent
  readonly left: LeftPane | undefined
  /** What keys and tools go to. */
  readonly chosen: boolean
  readonly alone: boolean
  readonly onActivate: () => void
}

/** One picture, and what is said around it. */
export function PaneView(props: PaneProps) {
  const { content, number, chosen, alone, onActivate } = props
  const { item, meshes } = content
  const label = say('pane.label', { number })
  const other = item !== undefined && item.format !== 'dicom'
  return (
    <section
      id={chosen ? 'picture' : undefined}
      className="pane"
      aria-label={item === undefined ? label : `${label}: ${item.name || say('series.unnamed')}`}
      data-active={chosen && !alone}
      onPointerDownCapture={onActivate}
      onFocus={onActivate}
      tabIndex={-1}
    >
      {item === undefined && meshes.length === 0 ? (
        <p className="empty">{say('pane.empty')}</p>
      ) : other ? (
        <Suspense fallback={null}>
          <NiivuePane item={item} kind={content.kind} meshes={meshes} />
        </Suspense>
      ) : (
        <Picture {...props} />
      )}
    </section>
  )
}

function Picture({ id, viewer, content, left }: PaneProps) {
  const element = useRef<HTMLDivElement>(null)
  const first = useRef({ content, left })
  useEffect(() => {
    const { current } = element
    if (current === null) return undefined
    void viewer.mount(id, current, first.current.content, first.current.left)
    return () => viewer.unmount(id)
  }, [viewer, id])
  const { status, problem, missing, index, count, loaded, failed, window, withoutTable, edges } = viewer.stateOf(id)
  const { item, kind } = content
  const total = count === 0 ? (item?.files.length ?? 0) : count
  const images = item?.frames?.length ?? Math.max(item?.files.length ?? 0, kind === 'stack' ? count : 0)
  const loading = item !== undefined && (item.expected !== undefined || loaded + failed < images)
  const again = (
    <button type="button" onClick={() => viewer.again(id)}>
      {say('opening.again')}
    </button>
  )
  return (
    <>
      <div
        ref={element}
        className="picture"
        data-status={status}
        data-loaded={loading ? undefined : true}
        data-pane={id}
        onContextMenu={(event) => event.preventDefault()}
      />
      {status === 'ready' && missing !== undefined && (
        // In place of the picture: the last one is of another slice.
        <div
          className="empty missing"
          role="status"
          onWheel={({ deltaY }) => deltaY !== 0 && viewer.scroll(id, Math.sign(deltaY))}
        >
          <p>{say('problem.missing', { why: missing === 'damaged' ? say('problem.damaged') : sayCode(missing) })}</p>
          {again}
        </div>
      )}
      <p className="corner top-left">
        {kind === 'stack' ? (item?.name ?? '') : say(`pane.${kind}`)}
        {item?.modality !== undefined && <span className="badge">{item.modality}</span>}
      </p>
      {kind !== 'volume' && status === 'ready' && (
        <>
          <p className="corner bottom-left">
            {item?.expected === undefined
              ? say('pane.image', { index: index + 1, count: total })
              : say('pane.first', { count: item.expected })}
          </p>
          {window !== undefined && missing === undefined && (
            <p className="corner bottom-right">
              {withoutTable === true && `${say('pane.noTable')} · `}
              {say('pane.window', readWindow(window))}
            </p>
          )}
        </>
      )}
      {edges !== undefined &&
        missing === undefined &&
        status === 'ready' &&
        (['top', 'right', 'bottom', 'left'] as const).map((side) => (
          <span key={side} className="edge" data-side={side} aria-hidden="true">
            {edges[side]}
          </span>
        ))}
      {loading && item.expected === undefined && status !== 'failed' && (
        <div className="loading">
          <Progress label={say('pane.loading', { loaded, count: images })} done={loaded} total={images} />
          {status === 'loading' && <p>{say('pane.loading', { loaded, count: images })}</p>}
        </div>
      )}
      {status === 'failed' && (
        <div className="empty" role="status">
          <p>{say(problem?.word ?? 'problem.noImage', problem?.values)}</p>
          {problem?.word === 'problem.lacking' && again}
        </div>
      )}
    </>
  )
}
