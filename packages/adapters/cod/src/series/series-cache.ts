import type { Store } from '@gantry/core'
import type { Call, Entry } from '@gantry/core/driver'

import { readMetadata, type SeriesMetadata } from '../metadata/series-metadata.ts'
import { pathsOf, type SeriesName } from './series-name.ts'

/** Metadata, and the version of the object that they were read from. */
export interface LoadedSeries extends SeriesMetadata {
  readonly name: SeriesName
  readonly version: string | undefined
}

interface Held {
  readonly loaded: LoadedSeries
  readonly bytes: number
}

/** Bytes of records that are kept: as text, of which long ones are compressed. */
const mostBytes = 32 * 1024 * 1024

/**
 * Reads and keeps the metadata of series. What is kept is used only as long as the object is still of that version:
 * each use asks for it.
 */
export class SeriesCache {
  readonly #store: Store
  readonly #limit: number
  readonly #held = new Map<string, Held>()
  /** Of all that is held. */
  #bytes = 0
  /** Reads under way: whoever comes meanwhile waits for them, because many come at once. */
  readonly #loading = new Map<string, Promise<LoadedSeries>>()

  constructor(store: Store, limit: number) {
    this.#store = store
    this.#limit = limit
  }

  /** As they are now. `listed` is the object as it was just listed, which saves asking for its version. */
  async get(name: SeriesName, call: Call, listed?: Entry): Promise<LoadedSeries> {
    const { metadata: path } = pathsOf(name)
    const held = this.#held.get(path)
    if (held?.loaded.version !== undefined) {
      const { version } = listed ?? (await this.#store.stat(path, call))
      if (version === held.loaded.version) return this.#keep(path, held).loaded
    }
    const loading = this.#loading.get(path)
    if (loading === undefined) return await this.fresh(name, call)
    try {
      return await loading
    } catch {
      // It may be that other call that was stopped, not this one.
      return await this.#load(name, call)
    }
  }

  /** Read again, whatever is known. */
  async fresh(name: SeriesName, call: Call): Promise<LoadedSeries> {
    const { metadata: path } = pathsOf(name)
    const loading = this.#load(name, call)
    this.#loading.set(path, loading)
    try {
      return await loading
    } finally {
      if (this.#loading.get(path) === loading) this.#loading.delete(path)
    }
  }

  async #load(name: SeriesName, call: Call): Promise<LoadedSeries> {
    const { metadata: path } = pathsOf(name)
    this.#drop(path)
    const { entry, body } = await this.#store.read(path, undefined, call)
    const { held, ...metadata } = await readMetadata(body, this.#limit)
    return this.#keep(path, { loaded: { ...metadata, name, version: entry.version }, bytes: held }).loaded
  }

  forget(name: SeriesName): void {
    const { metadata: path } = pathsOf(name)
    this.#drop(path)
    this.#loading.delete(path)
  }

  /** The last used are at the end. */
  #keep(path: string, held: Held): Held {
    this.#drop(path)
    this.#held.set(path, held)
    this.#bytes += held.bytes
    for (const oldest of this.#held.keys()) {
      if (this.#bytes <= mostBytes || oldest === path) break
      this.#drop(oldest)
    }
    return held
  }

  #drop(path: string): void {
    this.#bytes -= this.#held.get(path)?.bytes ?? 0
    this.#held.delete(path)
  }
}
