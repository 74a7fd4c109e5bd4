import { type CallOptions, type Entry, GantryError, isGantryError, type ListOptions, type Store } from '@gantry/core'
import { batched, orderedMap } from '@gantry/core/side-by-side'

import { Catalog, type CatalogCounts } from './catalog.ts'
import type { Looked } from './catalog-writer.ts'
import { IdSet } from './id-set.ts'
import { lookAt } from './look-at.ts'

export interface IndexerOptions {
  readonly store: Store
  readonly catalog: Catalog
  /** Headers that are read side by side. */
  readonly concurrency: number
  /** Where the first image that is stored makes the folder, none is no trouble. */
  readonly mayBeMissing: boolean
  readonly onProgress: (status: IndexStatus) => void
  readonly onDone: (status: IndexStatus) => void
  readonly onError: (error: unknown) => void
}

/** How far the index is. */
export interface IndexStatus {
  /** The store was listed to its end at least once: what is not found is not there, or could not be read. */
  readonly complete: boolean
  /**
   * What the last listing named and could not look into: folders that may not be opened, damaged records. Files that could
   * not be read are among `counts`.
   */
  readonly refused: number
  readonly running: boolean
  /** Files that were listed, and files that were looked into, by the listing that runs or ran last. */
  readonly listed: number
  readonly read: number
  /** As of the end of the last listing. */
  readonly counts: CatalogCounts
}

/** It has all, is still being made, or was made and lacks what could not be read: waiting does not help then. */
export type IndexState = 'whole' | 'growing' | 'lacking'

export function indexStateOf({ complete, refused, counts }: IndexStatus): IndexState {
  if (!complete) return 'growing'
  return refused + counts.failed > 0 ? 'lacking' : 'whole'
}

const batchSize = 256

/** Keeps the index as the store is, by listing it and looking into what is new or changed. */
export class Indexer {
  readonly #options: IndexerOptions
  readonly #controller = new AbortController()
  #running: Promise<void> | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #complete = false
  #refused = 0
  #listed = 0
  #read = 0
  #counts: CatalogCounts = { studies: 0, instances: 0, others: 0, failed: 0, copies: 0 }

  constructor(options: IndexerOptions) {
    this.#options = options
  }

  get status(): IndexStatus {
    return {
      complete: this.#complete,
      refused: this.#refused,
      running: this.#running !== undefined,
      listed: this.#listed,
      read: this.#read,
      counts: this.#counts,
    }
  }

  /** Lists the store again; who asks while that is done waits for what runs. */
  async refresh(options: CallOptions = {}): Promise<IndexStatus> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
    })
    const { signal } = options
    await (signal === undefined ? this.#running : unlessAborted(this.#running, signal))
    return this.status
  }

  /** Lists again and again, so many milliseconds after each listing; longer where a listing takes long itself. */
  repeat(every: number): void {
    const again = async () => {
      const started = performance.now()
      await this.refresh().catch((error: unknown) => {
        if (!this.#controller.signal.aborted) this.#options.onError(error)
      })
      if (this.#controller.signal.aborted || every <= 0) return
      this.#timer = setTimeout(() => void again(), Math.max(every, (performance.now() - started) * 4))
    }
    void again()
  }

  async stop(): Promise<void> {
    this.#controller.abort()
    clearTimeout(this.#timer)
    await this.#running?.catch(() => {})
  }

  async #run(): Promise<void> {
    const { store, catalog, concurrency, onProgress } = this.#options
    const { signal } = this.#controller
    if (signal.aborted) throw new GantryError('cancelled', 'The index is closed.')
    this.#listed = 0
    this.#read = 0
    const upTo = await catalog.lastId()
    const seen = new IdSet()
    const refused: { count: number; why?: GantryError } = { count: 0 }
    const onRefused = (_: string, why: GantryError) => {
      // What is no file at all, such as a pipe, is no image either.
      if (why.code === 'invalid') return
      refused.count += 1
      refused.why ??= why
    }
    for await (const batch of batched(this.#entries(upTo === 0, { signal, onRefused }), batchSize)) {
      const known = await catalog.known(batch.map(({ path }) => path))
      const fresh = batch.filter((entry) => {
        const before = known.get(entry.path)
        if (before === undefined) return true
        seen.add(before.id)
        return before.kind === 'failed' || !Catalog.isSame(before, entry)
      })
      const looked: Looked[] = []
      for await (const one of orderedMap(fresh, concurrency, async (entry) => await lookAt(store, entry, { signal }))) {
        if (one !== undefined) looked.push(one)
      }
      if (looked.length > 0) await catalog.put(looked)
      this.#listed += batch.length
      this.#read += fresh.length
      onProgress(this.status)
    }
    // Only now: a listing that broke off, or lacks something, says nothing of what it did not come to.
    if (refused.count === 0) await this.#removeUnseen(seen, upTo)
    // Told once, and not again with every listing.
    if (refused.count !== this.#refused && refused.why !== undefined) this.#options.onError(refused.why)
    this.#refused = refused.count
    this.#counts = await catalog.counts()
    this.#complete = true
    this.#options.onDone(this.status)
  }

  /** All that the store lists: nothing where there is no folder, if nothing was ever seen in it. */
  async *#entries(isNew: boolean, options: ListOptions): AsyncGenerator<Entry, void, undefined> {
    const { store, mayBeMissing } = this.#options
    try {
      yield* store.list({}, options)
    } catch (error) {
      if (!isNew || !mayBeMissing || !isGantryError(error) || error.code !== 'not_found') throw error
    }
  }

  async #removeUnseen(seen: IdSet, upTo: number): Promise<void> {
    const { catalog } = this.#options
    for (let after = 0; ;) {
      const ids = await catalog.ids(after, upTo, 5000)
      const last = ids.at(-1)
      if (last === undefined) return
      after = last
      const gone = ids.filter((id) => !seen.has(id))
      if (gone.length > 0) await catalog.remove(gone)
    }
  }
}

/** Who waits may stop waiting; the work goes on for others. */
async function unlessAborted(work: Promise<void>, signal: NonNullable<CallOptions['signal']>): Promise<void> {
  let stop = () => {}
  const stopped = new Promise<never>((_resolve, reject) => {
    stop = () => reject(new GantryError('cancelled', 'Stopped on request.'))
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop)
  })
  try {
    await Promise.race([work, stopped])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
