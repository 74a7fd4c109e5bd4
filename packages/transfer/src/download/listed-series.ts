import { comparePaths, distinctPath, type Entry, GantryError, isPath } from '@gantry/core'

import { type Instance, type InstanceName, instanceOf } from './instance.ts'

/** Told of a series, as `<study>/<series>`, and of its instances. */
type Give = (of: string, instances: readonly Instance[]) => void

/**
 * Series of a study as they are listed. Those of a listing that is in order are given away when the next one begins; the
 * others at the end. A listing that broke off begins anew, and nothing is given twice.
 */
export class ListedSeries {
  readonly #inOrder: boolean
  readonly #give: Give
  /** Paths of entries by the files that they become, by series. */
  readonly #files = new Map<string, Map<string, string>>()
  /** Paths of entries that were given away. */
  readonly #given = new Set<string>()
  /** By series, and by their paths: of what is listed twice, what was told last. */
  readonly #open = new Map<string, Map<string, { readonly key: string; readonly entry: Entry }>>()
  #current: string | undefined
  /** Paths of what stands for a series that cannot be read, by series. */
  readonly broken = new Map<string, string>()

  constructor(inOrder: boolean, give: Give) {
    this.#inOrder = inOrder
    this.#give = give
  }

  get empty(): boolean {
    return this.#files.size + this.broken.size === 0
  }

  begin(): void {
    this.#open.clear()
    this.#current = undefined
    this.broken.clear()
  }

  add({ study, series, key, placed }: InstanceName, entry: Entry): void {
    const of = `${study}/${series}`
    if (key === undefined) {
      this.broken.set(of, entry.path)
      return
    }
    if (this.#given.has(entry.path)) return
    if (this.#inOrder && placed && of !== this.#current) {
      if (this.#current !== undefined) this.#giveAway(this.#current)
      this.#current = of
    }
    const listed = this.#open.get(of) ?? new Map<string, { key: string; entry: Entry }>()
    this.#open.set(of, listed)
    listed.set(entry.path, { key, entry })
  }

  end(): void {
    for (const of of this.#open.keys()) this.#giveAway(of)
  }

  #giveAway(of: string): void {
    const listed = [...(this.#open.get(of)?.values() ?? [])]
    if (listed.length === 0) return
    this.#open.delete(of)
    for (const { entry } of listed) this.#given.add(entry.path)
    // Of two with one name, the same must be the first in every run, in whatever order they were listed.
    listed.sort((a, b) => comparePaths(a.entry.path, b.entry.path))
    this.#give(
      of,
      listed.map(({ key, entry }) => instanceOf(entry, this.#fileOf(of, key, entry.path))),
    )
  }

  /** Two entries may be one instance, by different paths: both are kept. */
  #fileOf(of: string, key: string, path: string): string {
    const files = this.#files.get(of) ?? new Map<string, string>()
    this.#files.set(of, files)
    const file = `${of}/instances/${key}.dcm`
    if (!isPath(file)) throw new GantryError('invalid', 'An instance has a name that is no path.', { path })
    let free = file
    for (let count = 2; (files.get(free) ?? path) !== path; count += 1) free = distinctPath(file, String(count))
    files.set(free, path)
    return free
  }
}
