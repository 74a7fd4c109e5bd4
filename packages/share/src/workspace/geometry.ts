import type { Source, WorkspaceGeometry } from '@gantry/core'

import type { GeometryDescription, SourceFile } from '../formats/description.ts'
import type { Loaded } from './loaded.ts'

/** A mesh: files that were loaded, and where and how it is shown. */
export class Geometry implements Loaded {
  readonly id: string
  readonly files: readonly SourceFile[]
  /** What the header says; `undefined` of a geometry that was restored. */
  description: GeometryDescription | undefined
  source: Source | undefined
  #state: WorkspaceGeometry

  constructor(files: readonly SourceFile[], state: WorkspaceGeometry, description?: GeometryDescription) {
    this.id = state.id
    this.files = files
    this.description = description
    this.source = state.source ?? undefined
    this.#state = state
  }

  get name(): string {
    return this.#state.name ?? ''
  }

  /** Material, transform, visibility and whatever else was set. */
  get state(): Omit<WorkspaceGeometry, 'source'> {
    const { source: _, ...state } = this.#state
    return state
  }

  update(change: Partial<Omit<WorkspaceGeometry, 'id' | 'source'>>): void {
    this.#state = { ...this.#state, ...change }
  }

  serialize(source: Source | null): WorkspaceGeometry {
    return { ...this.#state, source }
  }
}

/** A geometry that was just loaded. */
export function geometryOf(description: GeometryDescription): Geometry {
  const { id, name, format, entries } = description
  return new Geometry(entries, { id, source: null, name, format }, description)
}

export function isGeometry(item: unknown): item is Geometry {
  return item instanceof Geometry
}
