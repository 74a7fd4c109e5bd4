import {
  type Bytes,
  type Call,
  compareDigests,
  type EntryRef,
  type FetchFailure,
  GantryError,
  type NewEntry,
  type NewParcel,
  type ParcelDriver,
  type ParcelOutcome,
  type ParcelsAbility,
  type ParcelWriter,
  type Reading,
  passage,
  throwIfCancelled,
} from '@gantry/core/driver'

import { lengthOf, type MemoryContents, type Staged } from './contents.ts'
import { type Digesting, digestsOf, take } from './digesting.ts'
import { readChunks } from './read-chunks.ts'

/** Parcels in memory: staged entries, published at once. */
export class MemoryParcels implements ParcelDriver {
  readonly #contents: MemoryContents
  readonly #digesting: Digesting | undefined
  readonly #ability: ParcelsAbility

  constructor(contents: MemoryContents, digesting: Digesting | undefined, ability: ParcelsAbility) {
    this.#contents = contents
    this.#digesting = digesting
    this.#ability = ability
  }

  async *fetch(entries: readonly EntryRef[], call: Call): AsyncGenerator<Reading | FetchFailure, void, undefined> {
    for (const { path, version } of entries) {
      throwIfCancelled(call)
      try {
        const { entry, chunks } = this.#contents.find(path)
        if (version !== undefined && version !== entry.version) {
          throw new GantryError('precondition_failed', 'The entry is not of that version.', { path })
        }
        const body = readChunks(chunks, 0, entry.size, call)
        if (this.#ability.fetch?.sideBySide === true) {
          yield { entry, body }
          continue
        }
        const one = ended(body)
        yield { entry, body: one.body }
        await one.over
      } catch (error) {
        yield { path, error }
      }
    }
  }

  async store(parcel: NewParcel): Promise<ParcelWriter> {
    const { saved } = parcel
    const resumed = saved === undefined ? undefined : this.#contents.parcels.get(saved)
    if (saved !== undefined && resumed === undefined) {
      throw new GantryError('not_found', 'There is no such parcel any more.')
    }
    const id = saved ?? this.#contents.unique()
    const staged = resumed ?? new Map<string, Staged>()
    this.#contents.parcels.set(id, staged)
    const resumable = this.#ability.store?.resumable === true
    return {
      has: new Set(staged.keys()),
      add: async (entry, body, call) => {
        staged.set(entry.path, { entry, chunks: await this.#take(entry, body, call) })
        if (resumable) await parcel.save(id)
      },
      commit: async (call) => {
        throwIfCancelled(call)
        this.#contents.parcels.delete(id)
        return [...staged.values()].map((one) => this.#publish(one))
      },
      abort: async () => void this.#contents.parcels.delete(id),
    }
  }

  async discard(saved: string): Promise<void> {
    this.#contents.parcels.delete(saved)
  }

  async #take(entry: NewEntry, body: Bytes, call: Call): Promise<Uint8Array[]> {
    const chunks = await take(body, call)
    if (entry.size !== undefined && entry.size !== lengthOf(chunks)) {
      throw new GantryError('integrity', 'The body has another length than was promised.', { path: entry.path })
    }
    return chunks
  }

  #publish({ entry, chunks }: Staged): ParcelOutcome {
    const { path } = entry
    try {
      const digests = digestsOf(chunks, this.#digesting)
      if (compareDigests(entry.digests, digests) === 'different') {
        throw new GantryError('integrity', 'The bytes are not those that were promised.', { path })
      }
      return { path, entry: this.#contents.publish(entry, chunks, digests) }
    } catch (error) {
      return { path, error }
    }
  }
}

/** A body, and when it was read to its end, or closed. */
function ended(body: Bytes) {
  const { promise: over, resolve } = Promise.withResolvers<void>()
  return { body: passage(body, { ended: () => resolve() }), over }
}
