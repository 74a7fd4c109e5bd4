import { isGantryError, type Store } from '@gantry/core'

/** Folders that are remembered. */
const mostKnown = 10_000

/**
 * What keeps entries from being written where they go to, in stores whose entries lie in folders: an entry where a folder has
 * to be, or a folder in place of the entry.
 */
export class InTheWay {
  readonly #store: Store
  readonly #signal: AbortSignal
  /** Whether there is an entry of that name, or above it. */
  readonly #entries = new Map<string, boolean>()

  constructor(store: Store, signal: AbortSignal) {
    this.#store = store
    this.#signal = signal
  }

  /** Of a target where there is no entry. */
  async isAt(target: string): Promise<boolean> {
    if (this.#store.abilities.folders !== true) return false
    try {
      return (await this.#isEntry(folderOf(target))) || (await this.#isFolder(target))
    } catch (error) {
      // What cannot be looked at is told when it is to be written.
      if (isGantryError(error) && !this.#signal.aborted) return false
      throw error
    }
  }

  async #isEntry(folder: string): Promise<boolean> {
    if (folder === '') return false
    const known = this.#entries.get(folder)
    if (known !== undefined) return known
    const above = await this.#isEntry(folderOf(folder))
    const is = above || (await this.#store.find(folder, { signal: this.#signal })) !== undefined
    if (this.#entries.size >= mostKnown) this.#entries.clear()
    this.#entries.set(folder, is)
    return is
  }

  async #isFolder(target: string): Promise<boolean> {
    for await (const { path } of this.#store.list({ prefix: target }, { signal: this.#signal })) return path !== target
    return false
  }
}

/** Empty for what lies in none. */
function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}
