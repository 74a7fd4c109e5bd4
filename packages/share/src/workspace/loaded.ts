import type { Source } from '@gantry/core'

import type { SourceFile } from '../formats/description.ts'

/** What volumes and geometries have in common: files, and where else their bytes are. */
export interface Loaded {
  readonly id: string
  readonly name: string
  /** Bytes as they were; nothing is read before it is asked for. */
  readonly files: readonly SourceFile[]
  /** Where the bytes are for others; set by `ensureSources`, or by what it was loaded from. */
  readonly source: Source | undefined
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
