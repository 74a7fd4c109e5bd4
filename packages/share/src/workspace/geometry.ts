import type { WorkspaceGeometry } from '@gantry/core'

import type { GeometryDescription } from '../formats/description.ts'
import { Loaded } from './loaded.ts'

/** A mesh: files that were loaded, and where and how it is shown: material, transform, visibility. */
export class Geometry extends Loaded<WorkspaceGeometry, GeometryDescription> {}

/** A geometry that was just loaded. */
export function geometryOf(description: GeometryDescription): Geometry {
  const { id, name, format, entries } = description
  return new Geometry(entries, { id, source: null, name, format }, description)
}

export function isGeometry(item: unknown): item is Geometry {
  return item instanceof Geometry
}
