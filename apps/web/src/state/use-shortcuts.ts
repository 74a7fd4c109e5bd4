import { useEffect, useRef } from 'react'

import type { Item } from '../engine/model.ts'
import { presetsOf } from '../viewer/presets.ts'
import type { ToolName } from '../viewer/tool-groups.ts'
import type { Viewer } from '../viewer/viewer.ts'
import type { Desk } from './desk.ts'
import { type Command, commandOf } from './shortcuts.ts'

export interface ShortcutTargets {
  readonly viewer: Viewer
  readonly pane: string
  readonly item: Item | undefined
  readonly panes: number
  readonly active: number
  choose(tool: ToolName): void
  setMode(mode: Desk['mode']): void
  activate(pane: number): void
  togglePanel(): void
  help(): void
  play(): void
}

/** Keys, wherever somebody is on the page, but for where they write or a dialog is open. */
export function useShortcuts(targets: ShortcutTargets): void {
  const latest = useRef(targets)
  useEffect(() => {
    latest.current = targets
  })
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const command = isBusy(event) ? undefined : commandOf(event)
      if (command === undefined) return
      event.preventDefault()
      perform(command, latest.current)
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [])
}

function isBusy({ target, key }: KeyboardEvent): boolean {
  if (document.querySelector('dialog[open]') !== null) return true
  const element = target as HTMLElement | null
  if (element?.closest('input, textarea, select, [contenteditable]')) return true
  // What has the focus is pressed by these.
  return (key === ' ' || key === 'Enter') && element?.closest('button, a, summary') !== null
}

function perform(command: Command, targets: ShortcutTargets): void {
  const { viewer, pane, item, panes, active } = targets
  switch (command.does) {
    case 'tool':
      return targets.choose(command.tool)
    case 'scroll':
      return viewer.scroll(pane, command.by)
    case 'end':
      return viewer.scroll(pane, command.last ? viewer.stateOf(pane).count : -viewer.stateOf(pane).count)
    case 'zoom':
      return viewer.zoom(pane, command.factor)
    case 'preset': {
      const preset = presetsOf(item?.modality, viewer.stateOf(pane).valuesPerSuv)[command.number - 1]
      if (preset !== undefined) viewer.setWindow(pane, preset)
      return
    }
    case 'pane':
      return targets.activate((active + command.by + panes) % panes)
    case 'invert':
      return viewer.invert(pane)
    case 'rotate':
      return viewer.rotate(pane, 90)
    case 'flip':
      return viewer.flip(pane)
    case 'reset':
      return viewer.reset(pane)
    case 'play':
      return targets.play()
    case 'grid':
    case 'mpr':
    case 'volume':
      return targets.setMode(command.does)
    case 'tags':
      return targets.togglePanel()
    case 'segments':
      return viewer.overlays.toggle()
    case 'help':
      return targets.help()
  }
}
