import {
  type Abilities,
  type ByteRange,
  type Call,
  comparePaths,
  type Entry,
  type EntryRef,
  GantryError,
  isAtOrBelow,
  type Reading,
  type Selection,
  type StoreDriver,
  throwIfCancelled,
} from '@gantry/core/driver'

/** One entry of a store whose entries are all known beforehand. */
export interface KnownEntry {
  /** As it is listed. */
  readonly entry: Entry
  stat(call: Call): Promise<Entry>
  read(ref: EntryRef, range: ByteRange | undefined, call: Call): Promise<Reading>
}

/** What views of other stores can do: only be read. */
export function readOnly(more: Pick<Abilities, 'versions' | 'digests'>): Abilities {
  return {
    write: false,
    remove: false,
    conditional: false,
    modified: 'stored',
    order: 'path',
    longestPath: 4096,
    longestSegment: 4096,
    ...more,
  }
}

/** A read-only driver over entries that are all known beforehand. */
export class ReadOnlyDriver implements StoreDriver {
  readonly contract = 1
  readonly scheme: string
  readonly abilities: Abilities
  readonly #entries: ReadonlyMap<string, KnownEntry>

  constructor(scheme: string, abilities: Abilities, entries: readonly KnownEntry[]) {
    this.scheme = scheme
    this.abilities = abilities
    const sorted = entries.toSorted((a, b) => comparePaths(a.entry.path, b.entry.path))
    this.#entries = new Map(sorted.map((known) => [known.entry.path, known]))
    if (this.#entries.size < entries.length) {
      throw new GantryError('invalid', 'Two entries have the same name: put their sources into folders of their own.')
    }
  }

  async *list({ prefix = '' }: Selection, call: Call): AsyncGenerator<Entry, void, undefined> {
    for (const [path, { entry }] of this.#entries) {
      throwIfCancelled(call)
      if (isAtOrBelow(path, prefix)) yield entry
    }
  }

  async stat(path: string, call: Call): Promise<Entry> {
    return await this.#find(path).stat(call)
  }

  async read(ref: EntryRef, range: ByteRange | undefined, call: Call): Promise<Reading> {
    return await this.#find(ref.path).read(ref, range, call)
  }

  codeOf(): undefined {
    // What the store behind throws is a GantryError already.
    return undefined
  }

  #find(path: string): KnownEntry {
    const known = this.#entries.get(path)
    if (known === undefined) throw new GantryError('not_found', 'There is no such entry.', { path })
    return known
  }
}
