import type { Geometry, Volume } from '@gantry/share'

import type { Item, ItemFile } from './model.ts'

/** A volume or mesh of the SDK as plain data for the page. */
export function itemOf(handle: Volume | Geometry, kind: Item['kind']): Item {
  const files = handle.files.map(({ name, size, image }): ItemFile => ({
    name,
    size,
    ...(image !== undefined && { image }),
  }))
  const state = handle.state as {
    readonly modality?: string
    readonly window?: Item['window']
    readonly format?: string
    readonly frameOfReferenceUID?: string
  }
  const described = handle.description as
    | {
        readonly dimensions?: readonly number[]
        readonly spacing?: readonly number[]
        readonly frames?: readonly number[]
      }
    | undefined
  return {
    kind,
    id: handle.id,
    name: handle.name,
    format: state.format ?? '',
    files,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    ...(state.modality !== undefined && { modality: state.modality }),
    ...(state.window !== undefined && { window: { center: state.window.center, width: state.window.width } }),
    ...(state.frameOfReferenceUID !== undefined && { frameOfReferenceUID: state.frameOfReferenceUID }),
    ...(described?.dimensions !== undefined && { dimensions: described.dimensions }),
    ...(described?.spacing !== undefined && { spacing: described.spacing }),
    ...(described?.frames !== undefined && { frames: described.frames }),
  }
}
