import type { ToolName } from '../viewer/tool-groups.ts'

/** What a key asks for. */
export type Command =
  | { readonly does: 'tool'; readonly tool: ToolName }
  | { readonly does: 'scroll'; readonly by: number }
  | { readonly does: 'end'; readonly last: boolean }
  | { readonly does: 'zoom'; readonly factor: number }
  | { readonly does: 'preset'; readonly number: number }
  | { readonly does: 'pane'; readonly by: number }
  | {
      readonly does:
        | 'invert'
        | 'rotate'
        | 'flip'
        | 'reset'
        | 'play'
        | 'mpr'
        | 'volume'
        | 'grid'
        | 'tags'
        | 'segments'
        | 'help'
    }

export const toolKeys: Readonly<Partial<Record<ToolName, string>>> = {
  WindowLevel: 'W',
  Pan: 'P',
  Zoom: 'Z',
  Length: 'L',
  Angle: 'A',
  RectangleROI: 'R',
  EllipticalROI: 'E',
  ArrowAnnotate: 'N',
  Crosshairs: 'C',
}

const others: Readonly<Record<string, Command>> = {
  ArrowDown: { does: 'scroll', by: 1 },
  ArrowUp: { does: 'scroll', by: -1 },
  PageDown: { does: 'scroll', by: 10 },
  PageUp: { does: 'scroll', by: -10 },
  Home: { does: 'end', last: false },
  End: { does: 'end', last: true },
  ArrowRight: { does: 'pane', by: 1 },
  ArrowLeft: { does: 'pane', by: -1 },
  '+': { does: 'zoom', factor: 1.2 },
  '-': { does: 'zoom', factor: 1 / 1.2 },
  ' ': { does: 'play' },
  I: { does: 'invert' },
  O: { does: 'rotate' },
  H: { does: 'flip' },
  '0': { does: 'reset' },
  S: { does: 'grid' },
  M: { does: 'mpr' },
  V: { does: 'volume' },
  T: { does: 'tags' },
  G: { does: 'segments' },
  '?': { does: 'help' },
}

/** `undefined` for keys that are the browser's, or somebody's who is writing. */
export function commandOf(event: {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
}): Command | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key
  const [tool] = Object.entries(toolKeys).find(([, letter]) => letter === key) ?? []
  if (tool !== undefined) return { does: 'tool', tool: tool as ToolName }
  if (/^[1-9]$/u.test(key)) return { does: 'preset', number: Number(key) }
  return others[key]
}
