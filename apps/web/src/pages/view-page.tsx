import { type Dispatch, useCallback, useEffect, useMemo, useState } from 'react'

import type { Item, PickedFile } from '../engine/model.ts'
import type { Engine } from '../engine/start-engine.ts'
import { Dialog } from '../parts/dialog.tsx'
import { HelpDialog } from '../parts/help-dialog.tsx'
import { NoteDialog } from '../parts/note-dialog.tsx'
import { PaneView } from '../parts/pane-view.tsx'
import { PendingShares } from '../parts/pending-shares.tsx'
import { Problems } from '../parts/problems.tsx'
import { SegmentsPanel } from '../parts/segments-panel.tsx'
import { SeriesList } from '../parts/series-list.tsx'
import { ShapesPanel } from '../parts/shapes-panel.tsx'
import { ShareDialog } from '../parts/share-dialog.tsx'
import { TagsPanel } from '../parts/tags-panel.tsx'
import { Toolbar } from '../parts/toolbar.tsx'
import { useApp } from '../state/app-context.ts'
import { activeItem, type Desk, type DeskAction, gridOf, panesOf } from '../state/desk.ts'
import { viewsOf } from '../state/left-views.ts'
import { useCine } from '../state/use-cine.ts'
import type { Restored } from '../state/use-opening.ts'
import { useShortcuts } from '../state/use-shortcuts.ts'
import { useViewer } from '../state/use-viewer.ts'
import { useWhose } from '../state/use-whose.ts'
import type { ToolName } from '../viewer/tool-groups.ts'
import { Viewer } from '../viewer/viewer.ts'
import { DownloadDialog } from '../parts/download-dialog.tsx'
import { say } from '../words/say.ts'

/** One viewer a page: it outlives the page that shows it, because cornerstone's own state does. */
let viewer: Viewer | undefined
/** What it was given already: on a page that is shown again, drawings of what was closed would come back. */
let shown: Restored | undefined

type Asking = (text: string | undefined) => void
let ask: ((done: Asking) => void) | undefined

/** Closes items that are on no desk any more, and what is drawn on them. */
export function forget(items: readonly Item[]): void {
  viewer?.drawings.clear()
  for (const item of items) viewer?.close(item, [])
}

/** Whether something was measured that is in no share. */
export function hasUnshared(): boolean {
  return viewer?.drawings.unshared ?? false
}

function makeViewer(engine: Engine): Viewer {
  // Closed by a slip, the page would take with it what somebody has measured.
  addEventListener('beforeunload', (event) => {
    if (hasUnshared()) event.preventDefault()
  })
  return new Viewer(engine, (done) => ask?.(done))
}

export type Panel = 'tags' | 'shapes' | 'segments' | undefined

export function ViewPage({
  desk,
  dispatch,
  restored,
  onFiles,
}: {
  readonly desk: Desk
  readonly dispatch: Dispatch<DeskAction>
  readonly restored: Restored | undefined
  readonly onFiles: (files: readonly PickedFile[]) => void
}) {
  const { engine } = useApp()
  const current = (viewer ??= makeViewer(engine))
  useViewer(current)
  useWhose(engine, current, desk, dispatch)
  const [tool, setTool] = useState<ToolName>('WindowLevel')
  const [panel, setPanel] = useState<Panel>()
  const [dialog, setDialog] = useState<'help' | 'share' | 'download'>()
  const [note, setNote] = useState<{ readonly done: Asking }>()
  useEffect(() => {
    ask = (done) => setNote({ done })
    return () => {
      ask = undefined
    }
  }, [])

  if (restored !== undefined && shown !== restored) {
    shown = restored
    current.drawings.clear()
    current.drawings.add(restored.shapes)
  }

  useEffect(() => current.overlays.set(desk.segmentations), [current, desk.segmentations])

  const panes = panesOf(desk)
  const { rows, columns } = gridOf(desk)
  const idOf = useCallback((index: number) => paneIdOf(desk.mode, index), [desk.mode])
  const activeId = idOf(desk.active)
  const item = activeItem(desk)
  const cine = useCine(current, activeId)

  const choose = useCallback(
    (name: ToolName) => {
      setTool(name)
      current.setTool(name)
    },
    [current],
  )
  const setMode = useCallback(
    (mode: Desk['mode']) => {
      dispatch({ type: 'moded', mode })
      choose(mode === 'mpr' ? 'Crosshairs' : 'WindowLevel')
    },
    [dispatch, choose],
  )
  useShortcuts({
    viewer: current,
    pane: activeId,
    item,
    panes: panes.length,
    active: desk.active,
    choose,
    setMode,
    activate: (pane) => dispatch({ type: 'activated', pane }),
    togglePanel: () => setPanel((now) => (now === 'tags' ? undefined : 'tags')),
    help: () => setDialog('help'),
    play: cine.toggle,
  })

  const left = useMemo(
    () => (index: number) =>
      restored !== undefined && restored.panes[index]?.kind === panes[index]?.kind ? restored.panes[index] : undefined,
    [restored, panes],
  )

  return (
    <main id="main" tabIndex={-1} className="desk">
      <h1 className="hidden">{say('page.view')}</h1>
      <SeriesList
        desk={desk}
        active={item?.id}
        onChoose={(id) => dispatch({ type: 'chosen', id })}
        onClose={(closing) => {
          current.close(
            closing,
            desk.items.filter(({ id }) => id !== closing.id),
          )
          void engine.close([closing.id])
          dispatch({ type: 'closed', id: closing.id })
        }}
        onFiles={onFiles}
      />
      <Toolbar
        viewer={current}
        pane={activeId}
        item={item}
        desk={desk}
        tool={tool}
        panel={panel}
        playing={cine.playing}
        onTool={choose}
        onMode={setMode}
        onLayout={(layout) => dispatch({ type: 'laidOut', ...layout })}
        onPanel={(next) => setPanel((now) => (now === next ? undefined : next))}
        onPlay={cine.toggle}
        onHelp={() => setDialog('help')}
        onShare={() => setDialog('share')}
        onCopy={desk.share ? () => setDialog('download') : undefined}
      />
      <div className="stage">
        <Problems
          problems={desk.problems}
          others={desk.others}
          again={desk.again.length}
          onDismiss={() => dispatch({ type: 'dismissed' })}
        />
        {/* Looked for anew when the dialog is closed: it may have left one. */}
        {dialog !== 'share' && <PendingShares />}
        <div className="panes" data-rows={rows} data-columns={columns}>
          {panes.map((content, index) => (
            <PaneView
              // A pane that shows something else is another pane.
              key={`${idOf(index)} ${content.kind} ${content.item?.id ?? ''} ${content.meshes.length}`}
              id={idOf(index)}
              number={index + 1}
              viewer={current}
              content={content}
              left={left(index)}
              chosen={index === desk.active}
              alone={panes.length === 1}
              onActivate={() => dispatch({ type: 'activated', pane: index })}
            />
          ))}
        </div>
      </div>
      {panel === 'tags' && (
        <TagsPanel viewer={current} pane={activeId} item={item} onClose={() => setPanel(undefined)} />
      )}
      {panel === 'shapes' && <ShapesPanel viewer={current} onClose={() => setPanel(undefined)} />}
      {panel === 'segments' && (
        <SegmentsPanel viewer={current} segmentations={desk.segmentations} onClose={() => setPanel(undefined)} />
      )}
      {dialog === 'help' && <HelpDialog onClose={() => setDialog(undefined)} />}
      {dialog === 'share' && (
        <ShareDialog
          desk={desk}
          left={() => ({
            shapes: current.drawings.shapes,
            views: viewsOf(
              desk,
              panes.map((_, index) => current.leave(idOf(index))),
            ),
          })}
          onShared={() => current.drawings.markShared()}
          onClose={() => setDialog(undefined)}
        />
      )}
      {dialog === 'download' && (
        <Dialog title={say('do.copy')} wide onClose={() => setDialog(undefined)}>
          <DownloadDialog what={{ kind: 'share' }} />
        </Dialog>
      )}
      {note !== undefined && (
        <NoteDialog
          onDone={(text) => {
            note.done(text)
            setNote(undefined)
          }}
        />
      )}
    </main>
  )
}

const planes = ['axial', 'sagittal', 'coronal', 'volume'] as const

/** Crosshairs are coloured by the end of it. */
function paneIdOf(mode: Desk['mode'], index: number): string {
  return mode === 'grid' ? `grid-${index}` : mode === 'mpr' ? `mpr-${planes[index] ?? index}` : 'volume-0'
}
