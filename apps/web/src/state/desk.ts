import type { Item, Opened, SegmentationItem, Whose } from '../engine/model.ts'
import { isOpen } from './already-open.ts'
import { inSeriesOrder } from './series-order.ts'
import type { PaneContent, PaneKind } from '../viewer/pane-state.ts'

/** What is open, and how it lies on the screen. */
export interface Desk {
  readonly items: readonly Item[]
  readonly segmentations: readonly SegmentationItem[]
  readonly problems: Opened['problems']
  readonly others: number
  /** Ids of what came a second time, and is not shown again. */
  readonly again: readonly string[]
  readonly title: string
  readonly mode: 'grid' | 'mpr' | 'volume'
  readonly rows: number
  readonly columns: number
  /** Ids of volumes, by pane of the grid. */
  readonly cells: readonly (string | undefined)[]
  /** Of the panes that are shown. */
  readonly active: number
  /** What everything was opened from: a share that can be copied whole. */
  readonly share: boolean
}

export type DeskAction =
  | {
      readonly type: 'opened'
      readonly opened: Opened
      readonly title?: string
      readonly share?: boolean
      /** Id of the item whose place the first one takes. */
      readonly replaces?: string
    }
  | { readonly type: 'known'; readonly id: string; readonly whose: Whose }
  | { readonly type: 'closed'; readonly id: string }
  | { readonly type: 'cleared' }
  | { readonly type: 'chosen'; readonly id: string }
  | { readonly type: 'activated'; readonly pane: number }
  | { readonly type: 'laidOut'; readonly rows: number; readonly columns: number }
  | { readonly type: 'moded'; readonly mode: Desk['mode'] }
  | { readonly type: 'restored'; readonly layout: Pick<Desk, 'mode' | 'rows' | 'columns' | 'cells' | 'active'> }
  | { readonly type: 'dismissed' }

export const emptyDesk: Desk = {
  items: [],
  segmentations: [],
  problems: [],
  others: 0,
  again: [],
  title: '',
  mode: 'grid',
  rows: 1,
  columns: 1,
  cells: [undefined],
  active: 0,
  share: false,
}

export function deskReducer(desk: Desk, action: DeskAction): Desk {
  switch (action.type) {
    case 'opened':
      return opened(action.replaces === undefined ? desk : without(desk, action.replaces, action.opened), action)
    case 'known': {
      const { id, whose } = action
      // A study is one patient's.
      const isMeant = (item: Item) =>
        item.id === id || (item.whose === undefined && item.files[0]?.image?.studyInstanceUID === whose.study)
      return { ...desk, items: desk.items.map((item) => (isMeant(item) ? { ...item, whose } : item)) }
    }
    case 'closed':
      return closed(desk, action.id)
    case 'cleared':
      return emptyDesk
    case 'chosen':
      return chosen(desk, action.id)
    case 'activated':
      return { ...desk, active: action.pane }
    case 'laidOut': {
      const { rows, columns } = action
      const cells = spread(desk, rows * columns)
      return { ...desk, mode: 'grid', rows, columns, cells, active: Math.min(desk.active, rows * columns - 1) }
    }
    case 'moded':
      return {
        ...desk,
        mode: action.mode,
        active: action.mode === 'grid' ? Math.min(desk.active, desk.cells.length - 1) : 0,
      }
    case 'restored':
      return { ...desk, ...action.layout }
    case 'dismissed':
      return { ...desk, problems: [], others: 0, again: [] }
    default:
      return action satisfies never
  }
}

/** The volume that MPR and 3-D are of, and that panels tell of. */
export function activeItem(desk: Desk): Item | undefined {
  const id =
    desk.mode === 'grid' ? desk.cells[desk.active] : (desk.cells.find((cell) => cell !== undefined) ?? undefined)
  return desk.items.find((item) => item.id === id)
}

const planes: readonly PaneKind[] = ['axial', 'sagittal', 'coronal', 'volume']

/** The panes that are on the screen, from left to right and downwards. */
export function panesOf(desk: Desk): readonly PaneContent[] {
  const meshes = desk.items.filter(({ kind }) => kind === 'mesh')
  const item = desk.mode === 'grid' ? undefined : activeItem(desk)
  if (desk.mode === 'mpr') return planes.map((kind) => ({ kind, item, meshes: kind === 'volume' ? meshes : [] }))
  if (desk.mode === 'volume') return [{ kind: 'volume', item, meshes }]
  return desk.cells.map((id) => ({ kind: 'stack', item: desk.items.find((one) => one.id === id), meshes: [] }))
}

export function gridOf(desk: Desk): { readonly rows: number; readonly columns: number } {
  if (desk.mode === 'mpr') return { rows: 2, columns: 2 }
  if (desk.mode === 'volume') return { rows: 1, columns: 1 }
  return { rows: desk.rows, columns: desk.columns }
}

function opened(desk: Desk, action: Extract<DeskAction, { type: 'opened' }>): Desk {
  const { items, problems, others, segmentations = [] } = action.opened
  const again = items.filter((item) => isOpen(item, desk.items))
  const all = inSeriesOrder([...desk.items, ...items.filter((item) => !again.includes(item))])
  const next: Desk = {
    ...desk,
    items: all,
    segmentations: segmentations.length === 0 ? desk.segmentations : [...desk.segmentations, ...segmentations],
    problems: [...desk.problems, ...problems],
    others: desk.others + others,
    // What stands for a series is told when that has come.
    again: [...desk.again, ...again.filter(({ expected }) => expected === undefined).map(({ id }) => id)],
    title: action.title ?? desk.title,
    share: action.share ?? (desk.items.length > 0 && desk.share),
  }
  const cells = spread(next, next.cells.length)
  const volumes = all.some(({ kind }) => kind === 'volume')
  // A mesh alone has no slices.
  const mode = volumes ? (desk.items.length === 0 ? 'grid' : desk.mode) : all.length > 0 ? 'volume' : 'grid'
  return { ...next, cells, mode }
}

/** The panes of what stood for something show that instead. */
function without(desk: Desk, id: string, { items: [next] }: Opened): Desk {
  const cells = desk.cells.map((cell) => (cell === id ? next?.id : cell))
  return { ...desk, items: desk.items.filter((item) => item.id !== id), cells }
}

function closed(desk: Desk, id: string): Desk {
  const items = desk.items.filter((item) => item.id !== id)
  if (items.length === 0) return { ...emptyDesk, problems: desk.problems, others: desk.others, again: desk.again }
  const cells = desk.cells.map((cell) => (cell === id ? undefined : cell))
  const next = { ...desk, items, cells }
  return { ...next, cells: spread(next, cells.length) }
}

function chosen(desk: Desk, id: string): Desk {
  const item = desk.items.find((one) => one.id === id)
  if (item === undefined || item.kind === 'mesh') return desk
  const at =
    desk.mode === 'grid'
      ? desk.active
      : Math.max(
          0,
          desk.cells.findIndex((cell) => cell !== undefined),
        )
  return { ...desk, cells: desk.cells.map((cell, index) => (index === at ? id : cell)) }
}

/** As many panes as there are to be: those that are filled stay, the others get what is shown nowhere yet. */
function spread(desk: Desk, count: number): (string | undefined)[] {
  const kept = desk.cells.slice(0, count)
  const waiting = desk.items.filter(({ id, kind }) => kind === 'volume' && !kept.includes(id)).map(({ id }) => id)
  return Array.from({ length: count }, (_, index) => kept[index] ?? waiting.shift())
}
