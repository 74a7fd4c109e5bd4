import { type WorkspaceView, viewSchema } from '@gantry/core'
import * as z from 'zod'

import type { Item } from '../engine/model.ts'
import type { LeftPane } from '../viewer/pane-state.ts'
import { type Desk, gridOf, panesOf } from './desk.ts'

const page = '1'

/**
 * Panes as views of a workspace. What any viewer can use is in the fields that the format has; what is of this one alone
 * (rotation, the camera of a plane) is in `gantry`, which others keep as it is.
 */
export function viewsOf(desk: Desk, left: readonly (LeftPane | undefined)[]): WorkspaceView[] {
  const { rows, columns } = gridOf(desk)
  return panesOf(desk).map((content, index) => {
    const pane = left[index]
    const { zoom } = (pane?.presentation ?? {}) as { readonly zoom?: number }
    const slice = content.kind !== 'volume'
    return {
      id: `pane-${index + 1}`,
      layout: {
        type: slice ? 'slice' : 'volume',
        projection: content.kind === 'stack' || content.kind === 'volume' ? 'default' : content.kind,
        page,
        row: Math.floor(index / columns),
        column: index % columns,
      },
      ...(zoom !== undefined && zoom > 0 && { camera: { zoom } }),
      ...(pane?.window !== undefined && pane.window.width > 0 && { window: { ...pane.window } }),
      volumes: content.item === undefined ? [] : [content.item.id],
      gantry: {
        mode: desk.mode,
        rows,
        columns,
        active: index === desk.active,
        ...(pane !== undefined && {
          index: pane.index,
          instance: pane.instance,
          inverted: pane.inverted,
          presentation: pane.presentation,
          camera: pane.camera,
        }),
      },
    } satisfies WorkspaceView
  })
}

const point = z.tuple([z.number(), z.number(), z.number()])

/** Comes with somebody's share: only what a viewport takes is taken. */
const oursSchema = z.object({
  mode: z.enum(['grid', 'mpr', 'volume']),
  rows: z.int().min(1).max(3),
  columns: z.int().min(1).max(3),
  active: z.boolean().optional(),
  index: z.int().nonnegative().optional(),
  instance: z.string().optional(),
  inverted: z.boolean().optional(),
  presentation: z
    .object({
      rotation: z.number().optional(),
      zoom: z.number().positive().max(1000).optional(),
      pan: z.tuple([z.number(), z.number()]).optional(),
      flipHorizontal: z.boolean().optional(),
      flipVertical: z.boolean().optional(),
    })
    .optional(),
  camera: z
    .object({
      position: point,
      focalPoint: point,
      viewUp: point,
      viewPlaneNormal: point,
      parallelScale: z.number().positive(),
      parallelProjection: z.boolean().optional(),
    })
    .optional(),
})

export interface RestoredViews {
  readonly layout: Pick<Desk, 'mode' | 'rows' | 'columns' | 'cells' | 'active'>
  readonly left: readonly (LeftPane | undefined)[]
}

/** The way back; `undefined` where the views are of another viewer, or there are none. */
export function restoreViews(views: readonly WorkspaceView[], items: readonly Item[]): RestoredViews | undefined {
  const parsed = views.map((view) => ({ view: viewSchema.parse(view), ours: oursSchema.safeParse(view['gantry']) }))
  const [first] = parsed
  if (first === undefined || !first.ours.success) return undefined
  const { mode, rows, columns } = first.ours.data
  const known = new Set(items.map(({ id }) => id))
  const shown = parsed.map(({ view }) => view.volumes?.find((id) => known.has(id)))
  const cells = mode === 'grid' ? Array.from({ length: rows * columns }, (_, index) => shown[index]) : [shown[0]]
  const active = Math.max(
    0,
    parsed.findIndex(({ ours }) => ours.success && ours.data.active === true),
  )
  const left = parsed.map(({ view, ours }): LeftPane | undefined => {
    if (!ours.success) return undefined
    const { index, instance, inverted, presentation, camera } = ours.data
    const projection = view.layout?.projection ?? 'default'
    const plane = projection === 'axial' || projection === 'sagittal' || projection === 'coronal' ? projection : 'stack'
    return {
      kind: view.layout?.type === 'volume' ? 'volume' : plane,
      ...(view.window !== undefined && { window: { center: view.window.center, width: view.window.width } }),
      index,
      instance,
      inverted,
      presentation,
      camera,
    }
  })
  return { layout: { mode, ...(mode === 'grid' ? { rows, columns } : { rows: 1, columns: 1 }), cells, active }, left }
}
