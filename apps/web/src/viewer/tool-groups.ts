import * as tools from '@cornerstonejs/tools'

const { MouseBindings } = tools.Enums

/** What the left button does. */
export type ToolName =
  | 'WindowLevel'
  | 'Pan'
  | 'Zoom'
  | 'StackScroll'
  | 'Length'
  | 'Angle'
  | 'RectangleROI'
  | 'EllipticalROI'
  | 'ArrowAnnotate'
  | 'Crosshairs'

type GroupName = 'stack' | 'plane' | 'volume'

const drawing: readonly ToolName[] = ['Length', 'Angle', 'RectangleROI', 'EllipticalROI', 'ArrowAnnotate']

/** The middle button moves, the right one zooms, the wheel scrolls; the left one does what was chosen. */
export class ToolGroups {
  readonly #rendering: string
  readonly #groups: Readonly<Record<GroupName, NonNullable<ReturnType<typeof tools.ToolGroupManager.createToolGroup>>>>
  #chosen: ToolName = 'WindowLevel'

  constructor(rendering: string, askText: (done: (text: string | undefined) => void) => void) {
    this.#rendering = rendering
    this.#groups = { stack: made('stack'), plane: made('plane'), volume: made('volume') }
    const { stack, plane, volume } = this.#groups
    for (const group of [stack, plane]) {
      for (const name of ['WindowLevel', 'Pan', 'Zoom', 'StackScroll', ...drawing]) {
        group.addTool(
          name,
          name === 'ArrowAnnotate' ? { getTextCallback: askText, changeTextCallback: changeText(askText) } : {},
        )
      }
      group.setToolActive('StackScroll', { bindings: [{ mouseButton: MouseBindings.Wheel }] })
      for (const name of drawing) group.setToolPassive(name)
    }
    plane.addTool('Crosshairs', { getReferenceLineColor: colourOf })
    volume.addTool('TrackballRotate')
    volume.addTool('Pan')
    volume.addTool('Zoom')
    volume.setToolActive('TrackballRotate', { bindings: [{ mouseButton: MouseBindings.Primary }] })
    volume.setToolActive('Pan', { bindings: [{ mouseButton: MouseBindings.Auxiliary }] })
    volume.setToolActive('Zoom', {
      bindings: [{ mouseButton: MouseBindings.Secondary }, { mouseButton: MouseBindings.Wheel }],
    })
    this.choose('WindowLevel')
  }

  add(viewport: string, group: GroupName): void {
    this.#groups[group].addViewport(viewport, this.#rendering)
    this.choose(this.#chosen)
  }

  remove(viewport: string): void {
    for (const group of Object.values(this.#groups)) {
      if (group.getViewportIds().length < 3) this.#withoutCrosshairs(group)
      group.removeViewports(this.#rendering, viewport)
    }
  }

  choose(name: ToolName): void {
    this.#chosen = name
    const { stack, plane } = this.#groups
    for (const group of [stack, plane]) {
      // What a tool is bound to is added to what it was bound to before.
      for (const one of [...drawing, 'WindowLevel', 'Pan', 'Zoom', 'StackScroll']) {
        group.setToolPassive(one, { removeAllBindings: true })
      }
      group.setToolActive('Pan', { bindings: [{ mouseButton: MouseBindings.Auxiliary }, ...left(name, 'Pan')] })
      group.setToolActive('Zoom', { bindings: [{ mouseButton: MouseBindings.Secondary }, ...left(name, 'Zoom')] })
      group.setToolActive('StackScroll', {
        bindings: [{ mouseButton: MouseBindings.Wheel }, ...left(name, 'StackScroll')],
      })
    }
    if (name !== 'Crosshairs') this.#withoutCrosshairs(plane)
    // It needs planes that cross.
    else if (plane.getViewportIds().length > 1) activate(plane, name)
    if (name === 'WindowLevel' || drawing.includes(name)) for (const group of [stack, plane]) activate(group, name)
    if (name === 'Crosshairs') activate(stack, 'WindowLevel')
  }

  #withoutCrosshairs(group: { setToolDisabled(name: string): void; hasTool(name: string): boolean }): void {
    if (group.hasTool('Crosshairs')) group.setToolDisabled('Crosshairs')
  }
}

type Group = NonNullable<ReturnType<typeof tools.ToolGroupManager.createToolGroup>>

function made(name: GroupName): Group {
  tools.ToolGroupManager.destroyToolGroup(name)
  const group = tools.ToolGroupManager.createToolGroup(name)
  if (group === undefined) throw new TypeError('The tools could not be set up.')
  return group
}

function activate(group: Group, name: ToolName): void {
  group.setToolActive(name, { bindings: [{ mouseButton: MouseBindings.Primary }] })
}

function left(chosen: ToolName, name: ToolName) {
  return chosen === name ? [{ mouseButton: MouseBindings.Primary }] : []
}

function changeText(askText: (done: (text: string | undefined) => void) => void) {
  return (_: unknown, __: unknown, done: (text: string | undefined) => void) => askText(done)
}

const colours: Readonly<Record<string, string>> = { axial: '#ff6b6b', sagittal: '#ffd43b', coronal: '#51cf66' }

function colourOf(viewport: string): string {
  return colours[viewport.split('-').at(-1) ?? ''] ?? '#4cc2ff'
}
