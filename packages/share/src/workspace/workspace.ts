import {
  GantryError,
  type SerializableWorkspace,
  type Shape,
  shapeSchema,
  type Source,
  workspaceVersion,
} from '@gantry/core'

import { Geometry } from './geometry.ts'
import { Volume } from './volume.ts'

/** What a workspace holds besides volumes and geometries; unknown fields of a restored one stay in it. */
export type WorkspaceState = Pick<SerializableWorkspace, 'title' | 'shapes' | 'segmentations' | 'views' | 'tags'> & {
  readonly [field: string]: unknown
}

export type WorkspaceListener = (changed: readonly string[]) => void

/** Volumes, geometries and shapes, and the view of them: living, while somebody works on it. */
export class Workspace {
  readonly id: string
  readonly #volumes: Volume[]
  readonly #geometries: Geometry[]
  readonly #listeners = new Set<WorkspaceListener>()
  #state: WorkspaceState

  constructor(id: string, volumes: readonly Volume[], geometries: readonly Geometry[], state: WorkspaceState) {
    this.id = id
    this.#volumes = [...volumes]
    this.#geometries = [...geometries]
    this.#state = stateOf(state)
  }

  get volumes(): readonly Volume[] {
    return this.#volumes
  }

  get geometries(): readonly Geometry[] {
    return this.#geometries
  }

  /** Title, shapes, segmentations, views, tags. */
  get state(): WorkspaceState {
    return this.#state
  }

  update(change: Partial<WorkspaceState>): void {
    const known = stateOf(change)
    const changed = Object.keys(known)
    if (changed.length === 0) return
    this.#state = { ...this.#state, ...known }
    this.#tell(changed)
  }

  /** Volumes and geometries by handle, shapes by value and id; what is there already is there once. `invalid` for what is no shape. */
  add(item: Volume | Geometry | Shape): void {
    if (item instanceof Volume) this.#put(this.#volumes, item, 'volumes')
    else if (item instanceof Geometry) this.#put(this.#geometries, item, 'geometries')
    else {
      checkShape(item)
      this.update({ shapes: [...this.#state.shapes.filter(({ id }) => id !== item.id), item] })
    }
  }

  remove(item: Volume | Geometry | { readonly id: string }): void {
    if (item instanceof Volume) this.#take(this.#volumes, item, 'volumes')
    else if (item instanceof Geometry) this.#take(this.#geometries, item, 'geometries')
    else this.update({ shapes: this.#state.shapes.filter(({ id }) => id !== item.id) })
  }

  /** Told which fields have changed; returns what unsubscribes. */
  onChange(listener: WorkspaceListener): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** As JSON; `sourceOf` says what stands for the bytes of each. */
  serialize(sourceOf: (item: Volume | Geometry) => Source | null): SerializableWorkspace {
    return {
      ...this.#state,
      type: 'workspace',
      id: this.id,
      version: workspaceVersion,
      volumes: this.#volumes.map((volume) => volume.serialize(sourceOf(volume))),
      geometries: this.#geometries.map((geometry) => geometry.serialize(sourceOf(geometry))),
    }
  }

  #put<Item>(list: Item[], item: Item, field: string): void {
    if (list.includes(item)) return
    list.push(item)
    this.#tell([field])
  }

  #take<Item>(list: Item[], item: Item, field: string): void {
    const index = list.indexOf(item)
    if (index < 0) return
    list.splice(index, 1)
    this.#tell([field])
  }

  #tell(changed: readonly string[]): void {
    for (const listener of this.#listeners) listener(changed)
  }
}

/** Says what is wrong, and nothing of what stands there: a label could name a patient. */
function checkShape(item: Shape): void {
  const { error } = shapeSchema.safeParse(item)
  if (error === undefined) return
  const fields = [...new Set(error.issues.map(({ path: [field] }) => String(field ?? 'all of it')))].join(', ')
  throw new GantryError('invalid', `This is no shape: ${fields}. It has an id, a kind of \`shapeKinds\`, and points.`)
}

/** Without what the workspace itself is asked for. */
function stateOf<State extends Partial<WorkspaceState>>(state: State): State {
  const { type: _, id: __, version: ___, volumes: ____, geometries: _____, ...rest } = state
  return rest as State
}
