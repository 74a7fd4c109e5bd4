import { defined, isRecord, type JsonRecord, mapList } from '../record.ts'
import { toColormap } from './convert-colour.ts'
import { toGeometry } from './convert-geometry.ts'
import { toShape } from './convert-shape.ts'
import { toBox } from './convert-space.ts'

/** Ids of what the draft had one of, and no id for. */
export const draftIds = { volume: 'volume-1', view: 'view-1' } as const

/**
 * Version 0, the draft, has what Sethealth's workspaces have, with a source of our own: one volume, whose source, window
 * and colours are the workspace's; planes and a box; points as `{ x, y, z }`, and `color` for colours.
 */
export function migrateDraft(draft: JsonRecord): JsonRecord {
  const { source, window, level, colormap, planes, box, shapes, geometries, tags, ...rest } = draft
  const hasVolume = [source, window, level, colormap].some((part) => part !== undefined)
  const volume = defined({
    id: draftIds.volume,
    source: source ?? null,
    window: toWindow(window, level),
    colormap: toColormap(colormap),
  })
  const hasView = planes !== undefined || box !== undefined
  return {
    ...rest,
    version: 1,
    volumes: hasVolume ? [volume] : [],
    geometries: mapList(geometries ?? [], toGeometry),
    shapes: mapList(shapes ?? [], toShape),
    segmentations: [],
    views: hasView ? [defined({ id: draftIds.view, planes: mapList(planes, toPlane), box: toBox(box) })] : [],
    tags: tags ?? {},
  }
}

/** A window of no width, which a viewer has that shows none, is none. */
function toWindow(width: unknown, center: unknown): unknown {
  if (width === undefined || center === undefined || width === 0) return undefined
  return { center, width }
}

/** `z` along the projection's axis. */
function toPlane(value: unknown): unknown {
  if (!isRecord(value)) return value
  const { z, ...rest } = value
  return defined({ ...rest, offset: z })
}
