import type { Item } from '../engine/model.ts'
import type { Panel } from '../pages/view-page.tsx'
import type { Desk } from '../state/desk.ts'
import { toolKeys } from '../state/shortcuts.ts'
import { presetsOf } from '../viewer/presets.ts'
import type { ToolName } from '../viewer/tool-groups.ts'
import type { Viewer } from '../viewer/viewer.ts'
import { say, type Word } from '../words/say.ts'
import { Icon, type IconName } from './icons.tsx'

const looking: readonly ToolName[] = ['WindowLevel', 'Pan', 'Zoom']
const measuring: readonly ToolName[] = ['Length', 'Angle', 'RectangleROI', 'EllipticalROI', 'ArrowAnnotate']
const layouts = [1, 2, 3].flatMap((rows) => [1, 2, 3].map((columns) => ({ rows, columns })))

export interface ToolbarProps {
  readonly viewer: Viewer
  readonly pane: string
  readonly item: Item | undefined
  readonly desk: Desk
  readonly tool: ToolName
  readonly panel: Panel
  readonly playing: boolean
  readonly onTool: (tool: ToolName) => void
  readonly onMode: (mode: Desk['mode']) => void
  readonly onLayout: (layout: { readonly rows: number; readonly columns: number }) => void
  readonly onPanel: (panel: Panel) => void
  readonly onPlay: () => void
  readonly onHelp: () => void
  readonly onShare: () => void
  readonly onCopy: (() => void) | undefined
}

export function Toolbar(props: ToolbarProps) {
  const { viewer, pane, item, desk, tool, panel, playing } = props
  const dicom = item?.format === 'dicom'
  const presets = presetsOf(item?.modality, viewer.stateOf(pane).valuesPerSuv)
  const tools = [...looking, ...(desk.mode === 'mpr' ? (['Crosshairs'] as const) : [])]
  const toolButton = (name: ToolName) => (
    <Button
      key={name}
      icon={name}
      word={`tool.${name}`}
      shortcut={toolKeys[name]}
      pressed={tool === name}
      disabled={desk.mode === 'volume' || !dicom}
      onClick={() => props.onTool(name)}
    />
  )
  return (
    <div className="toolbar" role="toolbar" aria-label={say('tools.label')}>
      <div className="group">{tools.map(toolButton)}</div>
      <div className="group">{measuring.map(toolButton)}</div>
      <div className="group">
        <select
          aria-label={say('do.window')}
          value=""
          disabled={!dicom || desk.mode === 'volume'}
          onChange={({ target }) => {
            const preset = presets.find(({ name }) => name === target.value)
            const window = preset ?? item?.window
            if (window === undefined) viewer.reset(pane)
            else viewer.setWindow(pane, window)
          }}
        >
          <option value="" disabled hidden>
            {say('window.title')}
          </option>
          <option value="default">{say('window.default')}</option>
          {presets.map(({ name }, index) => (
            <option key={name} value={name}>
              {say(name as Word)} ({index + 1})
            </option>
          ))}
        </select>
        <Button icon="invert" word="do.invert" shortcut="I" disabled={!dicom} onClick={() => viewer.invert(pane)} />
        <Button icon="rotate" word="do.rotate" shortcut="O" disabled={!dicom} onClick={() => viewer.rotate(pane, 90)} />
        <Button icon="flip" word="do.flip" shortcut="H" disabled={!dicom} onClick={() => viewer.flip(pane)} />
        <Button icon="reset" word="do.reset" shortcut="0" disabled={!dicom} onClick={() => viewer.reset(pane)} />
        <Button
          icon={playing ? 'stop' : 'play'}
          word={playing ? 'do.stop' : 'do.play'}
          shortcut="Space"
          pressed={playing}
          disabled={!dicom || desk.mode === 'volume'}
          onClick={props.onPlay}
        />
      </div>
      <div className="group modes" role="group" aria-label={say('do.layout')}>
        {(['grid', 'mpr', 'volume'] as const).map((mode) => (
          <button key={mode} type="button" aria-pressed={desk.mode === mode} onClick={() => props.onMode(mode)}>
            {say(`do.mode.${mode}`)}
          </button>
        ))}
        <select
          aria-label={say('do.layout')}
          value={desk.mode === 'grid' ? `${desk.rows}×${desk.columns}` : ''}
          onChange={({ target }) => {
            const layout = layouts.find(({ rows, columns }) => `${rows}×${columns}` === target.value)
            if (layout !== undefined) props.onLayout(layout)
          }}
        >
          {desk.mode !== 'grid' && (
            <option value="" disabled>
              –
            </option>
          )}
          {layouts.map(({ rows, columns }) => (
            <option key={`${rows}×${columns}`}>{`${rows}×${columns}`}</option>
          ))}
        </select>
      </div>
      <div className="group end">
        <Button
          icon="tags"
          word="do.tags"
          shortcut="T"
          pressed={panel === 'tags'}
          onClick={() => props.onPanel('tags')}
        />
        <Button icon="shapes" word="do.shapes" pressed={panel === 'shapes'} onClick={() => props.onPanel('shapes')} />
        {desk.segmentations.length > 0 && (
          <Button
            icon="segments"
            word="do.segments"
            pressed={panel === 'segments'}
            onClick={() => props.onPanel('segments')}
          />
        )}
        <Button icon="help" word="do.help" shortcut="?" onClick={props.onHelp} />
        {props.onCopy !== undefined && <Button icon="copy" word="do.copy" onClick={props.onCopy} />}
        <button type="button" className="main" onClick={props.onShare}>
          <Icon name="share" />
          {say('do.share')}
        </button>
      </div>
    </div>
  )
}

function Button({
  icon,
  word,
  shortcut,
  pressed,
  disabled = false,
  onClick,
}: {
  readonly icon: IconName
  readonly word: Word
  readonly shortcut?: string | undefined
  readonly pressed?: boolean
  readonly disabled?: boolean
  readonly onClick: () => void
}) {
  const name = say(word)
  return (
    <button
      type="button"
      className="tool"
      aria-label={name}
      title={shortcut === undefined ? name : `${name} (${shortcut})`}
      aria-pressed={pressed}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  )
}
