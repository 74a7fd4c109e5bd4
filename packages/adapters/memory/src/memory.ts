import {
  type Abilities,
  type ByteRange,
  type Bytes,
  type Call,
  clipRange,
  compareDigests,
  comparePaths,
  type DirectDriver,
  type Entry,
  type EntryRef,
  GantryError,
  isAtOrBelow,
  type NewEntry,
  type Reading,
  type Selection,
  type StoreDriver,
  throwIfCancelled,
} from '@gantry/core/driver'

import { MemoryContents } from './contents.ts'
import { type Digesting, digestsOf, take } from './digesting.ts'
import { takeHeld } from './memory-direct.ts'
import { imageTemplate, MemoryQueries, refuseUnlessImage } from './memory-images.ts'
import { checked, type MemoryOptions } from './memory-options.ts'
import { MemoryParcels } from './memory-parcels.ts'
import { MemoryUploads } from './memory-uploads.ts'
import { readChunks } from './read-chunks.ts'

/** A store in memory, for tests and for trying things: nothing of it survives the process. */
export function memory(options: MemoryOptions = {}): StoreDriver {
  const { contents = new MemoryContents(), digests, tiers, parcels, images = false, retain = false } = checked(options)
  const abilities: Abilities = {
    write: true,
    remove: true,
    conditional: true,
    versions: true,
    digests: digests?.algorithms ?? [],
    modified: 'given',
    order: 'path',
    longestPath: 4096,
    longestSegment: 4096,
    resumable: { minPartSize: 1, maxPartSize: 2 ** 30, maxParts: 10_000, parallel: true },
    // Who asks wants digests of what was taken.
    ...(digests !== undefined && { direct: true }),
    ...(tiers !== undefined && { tier: { tiers } }),
    ...(parcels !== undefined && { parcels }),
    ...(images && { layout: imageTemplate, query: true }),
    ...(retain && { retain }),
  }
  return new MemoryDriver(contents, abilities, digests)
}

class MemoryDriver implements StoreDriver {
  readonly contract = 1
  readonly scheme = 'memory'
  readonly abilities: Abilities
  readonly resumable: MemoryUploads
  readonly tier?: StoreDriver['tier']
  readonly retain?: StoreDriver['retain']
  readonly parcels?: MemoryParcels
  readonly query?: MemoryQueries
  readonly direct?: DirectDriver
  readonly #contents: MemoryContents
  readonly #digesting: Digesting | undefined

  constructor(contents: MemoryContents, abilities: Abilities, digesting: Digesting | undefined) {
    this.#contents = contents
    this.#digesting = digesting
    this.abilities = abilities
    this.resumable = new MemoryUploads(contents, digesting)
    if (digesting !== undefined) this.direct = this.#takingWith(digesting)
    if (abilities.parcels !== undefined) this.parcels = new MemoryParcels(contents, digesting, abilities.parcels)
    if (abilities.query === true) this.query = new MemoryQueries(contents)
    if (abilities.tier !== undefined) this.tier = { set: (path, tier) => this.#setTier(path, tier) }
    if (abilities.retain === true) {
      this.retain = {
        set: (path, until) => this.#retainUntil(path, until),
        get: async (path) => {
          contents.find(path)
          return contents.retained.get(path)
        },
      }
    }
  }

  async *list({ prefix = '' }: Selection, call: Call): AsyncGenerator<Entry, void, undefined> {
    // The names as of now: what comes or goes while the caller walks shifts nothing.
    const paths = [...this.#contents.entries.keys()].filter((path) => isAtOrBelow(path, prefix)).sort(comparePaths)
    for (const path of paths) {
      throwIfCancelled(call)
      const held = this.#contents.entries.get(path)
      if (held !== undefined) yield held.entry
    }
  }

  async stat(path: string): Promise<Entry> {
    return this.#contents.find(path).entry
  }

  async read(ref: EntryRef, range: ByteRange | undefined, call: Call): Promise<Reading> {
    const { entry, chunks } = this.#contents.find(ref.path)
    if (ref.version !== undefined && ref.version !== entry.version) {
      throw new GantryError('precondition_failed', 'The entry is not of that version.', { path: ref.path })
    }
    const { start, end } = clipRange(range, entry.size)
    return { entry, body: readChunks(chunks, start, end, call) }
  }

  async write(entry: NewEntry, body: Bytes, call: Call): Promise<Entry> {
    this.#checkTier(entry.tier)
    if (this.abilities.layout !== undefined) refuseUnlessImage(entry.path)
    const chunks = await take(body, call)
    const digests = digestsOf(chunks, this.#digesting)
    if (compareDigests(entry.digests, digests) === 'different') {
      throw new GantryError('integrity', 'The bytes are not those that were promised.', { path: entry.path })
    }
    return this.#contents.publish(entry, chunks, digests)
  }

  async remove(path: string): Promise<void> {
    this.#contents.refuseIfRetained(path)
    this.#contents.entries.delete(path)
    this.#contents.retained.delete(path)
  }

  codeOf(): undefined {
    // All that is thrown here is a GantryError already.
    return undefined
  }

  #takingWith(digesting: Digesting): DirectDriver {
    return {
      canTake: (from) => #contents in from,
      take: async ({ from, ...order }, call) => {
        if (!(#contents in from)) throw new GantryError('unsupported', 'It is not in memory.')
        this.#checkTier(order.entry.tier)
        if (this.abilities.layout !== undefined) refuseUnlessImage(order.entry.path)
        return await takeHeld(from.#contents, this.#contents, order, digesting, call)
      },
    }
  }

  async #setTier(path: string, tier: string): Promise<Entry> {
    this.#checkTier(tier)
    const { entry, chunks } = this.#contents.find(path)
    const moved = { ...entry, tier }
    this.#contents.entries.set(path, { entry: moved, chunks })
    return moved
  }

  async #retainUntil(path: string, until: number): Promise<void> {
    this.#contents.find(path)
    if (until < (this.#contents.retained.get(path) ?? 0)) {
      throw new GantryError('permission_denied', 'Retention can be made longer, not shorter.', { path })
    }
    this.#contents.retained.set(path, until)
  }

  #checkTier(tier: string | undefined): void {
    if (tier === undefined || this.abilities.tier?.tiers.includes(tier) === true) return
    throw new GantryError('invalid', 'The store has no such tier.')
  }
}
