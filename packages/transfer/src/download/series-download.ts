import {
  asGantryError,
  close,
  GantryError,
  type Fetched,
  type Hashing,
  type Reading,
  type Store,
  untilOver,
} from '@gantry/core'

import { hasherFor } from './crc32c.ts'
import type { DownloadEmitter, DownloadFailure } from './download-events.ts'
import { goesInParts, saveInParts } from './in-parts.ts'
import { type Instance, newEntryOf } from './instance.ts'
import type { KeptParts } from './kept-parts.ts'
import { delayAfter, sleep } from '../persistently.ts'
import { bytesOfAll, type PlannedSeries } from './plan-download.ts'
import type { Watchdog } from '../runner/watchdog.ts'

/** Files of a series whose bytes have all come, and which are not published yet. */
const mostUnpublished = 4

export interface SeriesContext {
  readonly store: Store
  readonly directory: Store
  readonly hashing: Hashing | undefined
  readonly signal: AbortSignal
  readonly events: DownloadEmitter
  readonly watchdog: Watchdog
  readonly partSize: number
  readonly kept: KeptParts
}

/** The bytes of one series on their way into the directory, file by file; each is whole, or not there. */
export class SeriesDownload {
  readonly #planned: PlannedSeries
  readonly #saved: Map<string, Instance>
  /** Of what the store told no size, as much as came. */
  #total: number
  #savedBytes: number
  /** Bytes of files that are there in part, and the most that there ever were. */
  readonly #partial = new Map<string, { now: number; most: number }>()

  constructor(planned: PlannedSeries) {
    this.#planned = planned
    const saved = planned.instances.filter(({ file }) => planned.saved.has(file))
    this.#saved = new Map(saved.map((instance) => [instance.file, instance]))
    this.#savedBytes = bytesOfAll(saved)
    this.#total = bytesOfAll(planned.instances)
  }

  get study(): string {
    return this.#planned.study
  }

  get asked(): string {
    return this.#planned.asked
  }

  get url(): string {
    return this.#planned.url
  }

  /** Files that are in the directory. */
  get files(): readonly string[] {
    return [...this.#saved.keys()]
  }

  /** The same, with what the store tells of them. */
  get saved(): readonly Instance[] {
    return [...this.#saved.values()]
  }

  /** A file of the directory turned out to be another. */
  drop(file: string): void {
    this.#saved.delete(file)
  }

  get whole(): boolean {
    return this.#saved.size === this.#planned.instances.length
  }

  /** Fetches what is missing, several times where that may help; answers what failed for good. */
  async run(context: SeriesContext): Promise<DownloadFailure[]> {
    const { url, study, series, instances } = this.#planned
    const { events, signal } = context
    const left = new Map(instances.filter(({ file }) => !this.#saved.has(file)).map((one) => [one.path, one]))
    if (left.size === 0) return []
    const failed = new Map<string, GantryError>()
    for (let attempt = 1; ; attempt += 1) {
      failed.clear()
      const before = left.size
      const partsBefore = this.#mostInParts
      await this.#attempt(left, failed, context)
      if (signal.aborted || left.size === 0) break
      // A series of which something came is no series that fails again and again.
      if (left.size < before || this.#mostInParts > partsBefore) attempt = Math.min(attempt, 1)
      const delays = [...failed.values()].map((error) => delayAfter(error, attempt))
      // What failed for good stays; the others are worth another attempt.
      const waits = delays.filter((delay) => delay !== undefined)
      if (waits.length === 0) break
      await sleep(Math.max(...waits), signal).catch(() => {})
      if (signal.aborted) break
    }
    if (signal.aborted) return []
    if (left.size === 0) {
      // All of it, whichever run brought it.
      const files = this.saved.map(({ file, size: bytes = 0 }) => ({ name: file, size: bytes }))
      const size = bytesOfAll(this.saved)
      events.emit('download', { url, size, file: `${study}/${series}` })
      events.emit('extract', { url, size, files })
      return []
    }
    return [...left.values()].map(({ path, file, size }) => ({
      url,
      file,
      ...(size !== undefined && { size }),
      error: failed.get(path) ?? new GantryError('unavailable', 'The instance did not come: try again.'),
    }))
  }

  /** One round over all that is left: what fails is noted, and keeps nothing else from coming. */
  async #attempt(left: Map<string, Instance>, failed: Map<string, GantryError>, context: SeriesContext): Promise<void> {
    const { directory, partSize } = context
    const inParts: Instance[] = []
    const round: Instance[] = []
    for (const instance of left.values()) (goesInParts(instance, directory, partSize) ? inParts : round).push(instance)
    const saving = new Set<Promise<void>>()
    try {
      await context.watchdog.guard(context.signal, async (watched) => {
        const { signal, touch } = watched
        for await (const given of fetchAll(context.store, round, signal)) {
          touch()
          const path = 'error' in given ? given.path : given.entry.path
          const instance = left.get(path)
          if (instance === undefined) continue
          if ('error' in given) {
            failed.set(path, asGantryError(given.error))
            continue
          }
          const { body, over } = untilOver(given.body)
          const saved = this.#save(instance, { ...given, body }, { ...context, signal }, touch)
          const settled = watched
            .over(saved)
            .then(() => void left.delete(path))
            .catch(async (error: unknown) => {
              failed.set(path, asGantryError(error))
              await close(body).catch(() => {})
            })
            .finally(() => saving.delete(settled))
          saving.add(settled)
          // While a file is flushed and published, the next comes.
          await Promise.race([over, settled])
          if (saving.size > mostUnpublished) await Promise.race(saving)
          signal.throwIfAborted()
        }
        await Promise.all(saving)
        for (const instance of inParts) {
          try {
            await this.#saveInParts(instance, { ...context, signal }, touch)
            left.delete(instance.path)
          } catch (error) {
            failed.set(instance.path, asGantryError(error))
            if (signal.aborted) throw error
          }
        }
      })
    } catch (thrown) {
      await Promise.all(saving)
      const error = asGantryError(thrown)
      for (const path of left.keys()) if (failed.get(path)?.code !== 'integrity') failed.set(path, error)
    }
  }

  /** The directory publishes a file when its body has ended without an error: so the body itself is the check. */
  async #save(instance: Instance, reading: Reading, context: SeriesContext, touch: () => void): Promise<void> {
    const { directory, events, signal, hashing } = context
    const { file } = instance
    const { entry } = reading
    let length = 0
    const passed = async function* (this: SeriesDownload): AsyncGenerator<Uint8Array, void, undefined> {
      const digests = entry.digests ?? instance.digests
      const started = hasherFor(digests, hashing)
      for await (const chunk of reading.body) {
        touch()
        started?.hasher.update(chunk)
        length += chunk.length
        this.#tell(chunk.length, events)
        yield chunk
      }
      if (started !== undefined && started.hasher.digest() !== digests?.[started.algorithm]) {
        throw new GantryError('integrity', 'The bytes that came are not those that the store tells of.')
      }
    }
    const body = passed.call(this)
    const written = await directory.write(newEntryOf(file, { ...entry, size: entry.size ?? instance.size }), body, {
      signal,
    })
    if (written.size !== undefined && written.size !== length) {
      throw new GantryError('integrity', 'The directory keeps another length than was written.')
    }
    const { digests = instance.digests } = entry
    this.#keep({ ...instance, ...(digests !== undefined && { digests }) }, length, events)
  }

  async #saveInParts(instance: Instance, context: SeriesContext, touch: () => void): Promise<void> {
    const { events } = context
    const { file } = instance
    const written = await saveInParts(instance, {
      ...context,
      touch,
      onBytes: (count) => this.#tell(count, events),
      onKept: (now) => {
        this.#partial.set(file, { now, most: Math.max(now, this.#partial.get(file)?.most ?? 0) })
        this.#tell(0, events)
      },
    })
    this.#keep(instance, written.size ?? instance.size ?? 0, events)
  }

  #tell(bytesDownloaded: number, events: DownloadEmitter): void {
    let bytesSaved = this.#savedBytes
    for (const { now } of this.#partial.values()) bytesSaved += now
    events.emit('progress', { url: this.url, bytesDownloaded, bytesTotal: this.#total, bytesSaved })
  }

  #keep(instance: Instance, size: number, events: DownloadEmitter): void {
    const { file } = instance
    this.#partial.delete(file)
    this.#saved.set(file, { ...instance, size })
    this.#savedBytes += size
    this.#total += size - (instance.size ?? 0)
    events.emit('save', { url: this.url, file })
    this.#tell(0, events)
  }

  get #mostInParts(): number {
    return [...this.#partial.values()].reduce((sum, { most }) => sum + most, 0)
  }
}

/** As one parcel where the store gives parcels, else one by one. */
async function* fetchAll(
  store: Store,
  instances: readonly Instance[],
  signal: AbortSignal,
): AsyncGenerator<Fetched, void, undefined> {
  const refs = instances.map(({ path, version }) => (version === undefined ? { path } : { path, version }))
  // Compared above, by the same digest.
  const options = { signal, compares: ['crc32c'] } as const
  if (store.parcels?.ability.fetch !== undefined) {
    yield* store.parcels.fetch(refs, options)
    return
  }
  for (const ref of refs) {
    let given: Fetched
    try {
      given = await store.read(ref, undefined, options)
    } catch (error) {
      given = { path: ref.path, error: asGantryError(error) }
    }
    yield given
  }
}
