import { type CallOptions, GantryError, type Hashing, isGantryError, type NewEntry, type Store } from '@gantry/core'
import { withCalls } from '@gantry/core/driver'
import type { Journal, JournalEntry } from '@gantry/transfer'

import type { Catalogue } from '../catalogue.ts'
import { sha256At } from '../sha256-at.ts'

export interface RetainedKeptOptions {
  readonly catalogue: Catalogue
  readonly from: Store
  readonly to: Store
  readonly location: string
  readonly journal: Journal
  readonly hashing: Hashing
}

/**
 * A destination that takes no other bytes in the place of what the catalogue retains. A storage that retains by itself may
 * well keep them as an older version, and one that cannot keeps nothing: both ways the session that they are of is broken.
 */
export function retainedKept(options: RetainedKeptOptions): { readonly journal: Journal; readonly to: Store } {
  const { journal, to } = options
  const { uploads } = to
  // What packs entries into units replaces none: it adds.
  if (to.parcels?.ability.store !== undefined) return { journal, to }
  const guard = new Guard(options)
  return {
    journal: withCalls<Journal>(journal, {
      async take(count, most) {
        const units = await journal.take(count, most)
        for (const { entries } of units) for (const entry of entries) guard.taken(entry)
        return units
      },
      async record(event) {
        await journal.record(event)
        if (event.type === 'done' || event.type === 'skipped' || event.type === 'failed') guard.over(event.id)
      },
    }),
    to: withCalls<Store>(to, {
      async write(entry, body, call) {
        await guard.refuse(entry, call)
        return await to.write(entry, body, call)
      },
      async take(from, ref, entry, call) {
        await guard.refuse(entry, call)
        return await to.take(from, ref, entry, call)
      },
      ...(uploads !== undefined && {
        uploads: withCalls(uploads, {
          async begin(entry, call) {
            await guard.refuse(entry, call)
            return await uploads.begin(entry, call)
          },
        }),
      }),
    }),
  }
}

/** What a source answers, that of a destination would end the job for all. */
const aboutAll: ReadonlySet<string> = new Set(['not_found', 'permission_denied', 'read_only'])

class Guard {
  readonly #options: RetainedKeptOptions
  /** In flight, where something may lie already: paths at the source by those at the destination. */
  readonly #sources = new Map<string, string>()
  readonly #targets = new Map<number, string>()

  constructor(options: RetainedKeptOptions) {
    this.#options = options
  }

  taken({ id, source, target, existing }: JournalEntry): void {
    if (existing === undefined) return
    this.#sources.set(target, source.path)
    this.#targets.set(id, target)
  }

  over(id: number): void {
    const target = this.#targets.get(id)
    if (target === undefined) return
    this.#targets.delete(id)
    this.#sources.delete(target)
  }

  /** `already_exists`. */
  async refuse({ path }: Pick<NewEntry, 'path'>, call: CallOptions = {}): Promise<void> {
    const { catalogue, location, to } = this.#options
    const source = this.#sources.get(path)
    if (source === undefined) return
    const kept = await catalogue.at(location, path)
    if (kept?.retainUntil === undefined || kept.retainUntil <= catalogue.now()) return
    if ((await this.#sha256Of(source, call)) === kept.sha256) return
    if ((await to.find(path, call)) === undefined) return
    const until = new Date(kept.retainUntil).toISOString().slice(0, 10)
    throw new GantryError(
      'already_exists',
      `What is archived here is retained until ${until}, and these are other bytes: archive them to another place.`,
      { path },
    )
  }

  async #sha256Of(source: string, { signal = new AbortController().signal, report }: CallOptions): Promise<string> {
    const { from, hashing } = this.#options
    try {
      const read = await sha256At(from, source, { hashing, signal, seen: () => report?.(0) })
      return read.sha256
    } catch (error) {
      if (!isGantryError(error) || !aboutAll.has(error.code)) throw error
      throw new GantryError('unavailable', 'The source could not be compared with what is retained.', { cause: error })
    }
  }
}
