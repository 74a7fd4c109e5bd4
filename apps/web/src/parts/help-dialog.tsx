import { toolKeys } from '../state/shortcuts.ts'
import type { ToolName } from '../viewer/tool-groups.ts'
import { say } from '../words/say.ts'
import { Dialog } from './dialog.tsx'

/** Every shortcut, on one sheet. */
export function HelpDialog({ onClose }: { readonly onClose: () => void }) {
  const rows: readonly (readonly [keys: string, text: string])[] = [
    ...Object.entries(toolKeys).map(([tool, key]) => [key, say(`tool.${tool as ToolName}`)] as const),
    ['I', say('do.invert')],
    ['O', say('do.rotate')],
    ['H', say('do.flip')],
    ['0', say('do.reset')],
    ['1 – 6', say('do.window')],
    ['Space', `${say('do.play')} / ${say('do.stop')}`],
    ['↑ ↓', say('help.scroll')],
    ['Page ↑ ↓', say('help.page')],
    ['Home End', say('help.ends')],
    ['← →', say('help.panes')],
    ['+ −', say('tool.Zoom')],
    ['S', say('do.mode.grid')],
    ['M', say('do.mode.mpr')],
    ['V', say('do.mode.volume')],
    ['T', say('do.tags')],
    ['G', say('do.showSegments')],
    ['?', say('do.help')],
  ]
  return (
    <Dialog title={say('help.title')} onClose={onClose}>
      <dl className="keys">
        {rows.map(([keys, text]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <p className="hint">{say('help.mouse')}</p>
    </Dialog>
  )
}
