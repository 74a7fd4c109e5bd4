import type { Source } from '@gantry/core'

import type { SourceFile } from '../formats/description.ts'

/** What a workspace keeps of a volume or geometry. */
interface Kept {
  readonly id: string
  readonly source: Source | null
  readonly name?: string | undefined
}

/** What volumes and geometries have in common: files, how they are shown, and where else their bytes are. */
export abstract class Loaded<State extends Kept, Description> {
  readonly id: string
  /** Bytes as they were; nothing is read before it is asked for. */
  readonly files: readonly SourceFile[]
  /** What the headers say; `undefined` of what was restored, and not described since. */
  description: Description | undefined
  /** Where the bytes are for others; set by `ensureSources`, or by what it was loaded from. */
  source: Source | undefined
  #state: State

  constructor(files: readonly SourceFile[], state: State, description?: Description) {
    this.id = state.id
    this.files = files
    this.description = description
    this.source = state.source ?? undefined
    this.#state = state
  }

  get name(): string {
    return this.#state.name ?? ''
  }

  protected get kept(): State {
    return this.#state
  }

  /** How it is shown, and whatever else was set. */
  get state(): Omit<State, 'source'> {
    const { source: _, ...state } = this.#state
    return state
  }

  update(change: Partial<Omit<State, 'id' | 'source'>>): void {
    this.#state = { ...this.#state, ...change, id: this.id }
  }

  /** As a workspace keeps it; `null` goes without the bytes. */
  serialize(source: Source | null): State {
    return { ...this.#state, source }
  }
}

/** The ones that an instance of Gantry holds, by id. */
export class Registry<Item extends { readonly id: string }> {
  readonly #items = new Map<string, Item>()

  /** A second one of the same id is another handle of the same thing: the newer stays. */
  add(item: Item): Item {
    this.#items.set(item.id, item)
    return item
  }

  get(id: string): Item | undefined {
    return this.#items.get(id)
  }

  all(): Item[] {
    return [...this.#items.values()]
  }

  clear(except: readonly Item[] = []): void {
    const kept = new Set(except)
    for (const [id, item] of this.#items) if (!kept.has(item)) this.#items.delete(id)
  }
}
