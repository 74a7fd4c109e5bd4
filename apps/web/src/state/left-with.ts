import type { Shape, WorkspaceView } from '@gantry/core'

import type { Item, Left } from '../engine/model.ts'

/**
 * The drawings that belong to items: by the instance that they are on, by the volume in whose planes they are, or by a
 * frame of reference that none of the `others` has. What says nothing of that belongs to nobody.
 */
export function shapesWith(shapes: readonly Shape[], items: readonly Item[], others: readonly Item[]): Shape[] {
  const ids = new Set(items.map(({ id }) => id))
  const instances = new Set(items.flatMap(({ files }) => files.map(({ image }) => image?.sopInstanceUID)))
  const frames = new Set(items.map(({ frameOfReferenceUID }) => frameOfReferenceUID))
  for (const { frameOfReferenceUID } of others) frames.delete(frameOfReferenceUID)
  return shapes.filter((shape) => {
    const { sopInstanceUID: instance, frameOfReferenceUID: frame } = shape
    if (instance !== undefined) return instances.has(instance)
    const volume = volumeOf(shape)
    return volume === undefined ? frame !== undefined && frames.has(frame) : ids.has(volume)
  })
}

/** Id of the volume in whose planes it was drawn, which no image is of; ours, as what is in `gantry` of a view. */
function volumeOf(shape: Shape): string | undefined {
  const { volume } = (shape['gantry'] ?? {}) as { readonly volume?: unknown }
  return typeof volume === 'string' ? volume : undefined
}

/** A drawing in planes names its volume by the id that that has now. */
export function withVolume(shape: Shape, renamed: ReadonlyMap<string, string>): Shape {
  const volume = volumeOf(shape)
  return volume === undefined ? shape : { ...shape, gantry: { volume: renamed.get(volume) ?? volume } }
}

/** What of a desk goes along when some of its items are shared: nothing that tells of the others. */
export function leftWith(
  { shapes, views }: Pick<Left, 'shapes' | 'views'>,
  items: readonly Item[],
  others: readonly Item[],
): Pick<Left, 'shapes' | 'views'> {
  return { shapes: shapesWith(shapes, items, others), views: viewsWith(views, items) }
}

/** A pane that shows something else becomes an empty one; where no other shows anything, there is no layout to be kept. */
function viewsWith(views: readonly WorkspaceView[], items: readonly Item[]): WorkspaceView[] {
  const ids = new Set(items.map(({ id }) => id))
  const left = views.map((view): WorkspaceView => {
    if (view.volumes?.every((id) => ids.has(id)) ?? true) return view
    const { mode, rows, columns, active } = (view['gantry'] ?? {}) as { readonly [name: string]: unknown }
    return { id: view.id, layout: view.layout, volumes: [], gantry: { mode, rows, columns, active } }
  })
  const shows = ({ volumes }: WorkspaceView) => volumes === undefined || volumes.length > 0
  return views.some(shows) && !left.some(shows) ? [] : left
}
