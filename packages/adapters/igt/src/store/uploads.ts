import {
  type Bytes,
  type Call,
  type Entry,
  GantryError,
  isGantryError,
  type NewEntry,
  type NewPart,
  type ResumableDriver,
  type StoredPart,
  type StoreDriver,
  type Upload,
} from '@gantry/core/driver'

import type { DataStores } from '../data/data-stores.ts'
import { type Target, type Targets } from './target.ts'

/** Stands for a file in a folder that is asked for. */
const anything = 'any'

/** Uploads in parts: those of the storage, announced before and reported after. */
export class Uploads implements ResumableDriver {
  readonly #targets: Targets
  readonly #data: DataStores

  constructor(targets: Targets, data: DataStores) {
    this.#targets = targets
    this.#data = data
  }

  async begin(entry: NewEntry, call: Call): Promise<Upload> {
    const target = await this.#targets.ensure(entry.path)
    await this.#targets.announce(target, entry.size ?? 0)
    const upload = await this.#with(target, call, async (inner, driver) => {
      return await inner.begin({ ...forStorage(entry, driver), path: target.name }, call)
    })
    return { ...upload, path: entry.path }
  }

  async putPart(upload: Upload, part: NewPart, body: Bytes, call: Call): Promise<StoredPart> {
    const target = await this.#targets.find(upload.path)
    return await this.#with(target, call, async (inner) => {
      return await inner.putPart({ ...upload, path: target.name }, part, body, call)
    })
  }

  async *listParts(upload: Upload, call: Call): AsyncGenerator<StoredPart, void, undefined> {
    const target = await this.#targets.find(upload.path)
    const { driver, release } = await this.#data.hold(target.prefix, 'PUT', call)
    try {
      yield* resumableOf(driver).listParts({ ...upload, path: target.name }, call)
    } finally {
      release()
    }
  }

  async complete(upload: Upload, entry: NewEntry, parts: readonly StoredPart[], call: Call): Promise<Entry> {
    const target = await this.#targets.ensure(entry.path)
    const stored = await this.#with(target, call, async (inner, driver) => {
      const given = { ...forStorage(entry, driver), path: target.name }
      return await inner.complete({ ...upload, path: target.name }, given, parts, call)
    })
    await this.#targets.completed(target, call)
    return { ...stored, path: entry.path }
  }

  async abort(upload: Upload, call: Call): Promise<void> {
    try {
      const target = await this.#targets.find(upload.path)
      await this.#with(target, call, async (inner) => await inner.abort({ ...upload, path: target.name }, call))
    } catch (error) {
      if (!isGantryError(error) || error.code !== 'not_found') throw error
    }
  }

  /** Of one study, and only where its keys may ask. The service names no upload of others. */
  async *unfinished(prefix: string | undefined, call: Call): AsyncGenerator<Upload, void, undefined> {
    const probe = prefix === undefined || prefix === '' ? anything : `${prefix}/${anything}`
    let target: Target
    try {
      target = await this.#targets.find(probe)
    } catch (error) {
      if (isGantryError(error) && (error.code === 'not_found' || error.code === 'invalid')) return
      throw error
    }
    const { driver, release } = await this.#data.hold(target.prefix, 'PUT', call)
    // The folder that was asked for, as the storage has it.
    const folder = target.name.slice(0, -anything.length)
    try {
      const inner = folder === '' ? undefined : folder.slice(0, -1)
      for await (const upload of resumableOf(driver).unfinished(inner, call)) {
        const below = upload.path.startsWith(folder) ? upload.path.slice(folder.length) : undefined
        if (below !== undefined) yield { ...upload, path: `${probe.slice(0, -anything.length)}${below}` }
        else if (upload.path === inner && prefix !== undefined) yield { ...upload, path: prefix }
      }
    } catch (error) {
      if (driver.codeOf(error) !== 'permission_denied') throw error
    } finally {
      release()
    }
  }

  async #with<Value>(
    target: Target,
    call: Call,
    work: (inner: ResumableDriver, driver: StoreDriver) => Promise<Value>,
  ): Promise<Value> {
    return await this.#data.use(target.prefix, 'PUT', call, async (driver) => {
      return await work(resumableOf(driver), driver)
    })
  }
}

function resumableOf({ resumable }: StoreDriver): ResumableDriver {
  if (resumable !== undefined) return resumable
  throw new GantryError('unsupported', 'The storage that was handed in takes no uploads in parts.')
}

/** Without what the storage does not do. */
export function forStorage(entry: NewEntry, { abilities }: StoreDriver): NewEntry {
  const { retainUntil: _retain, image: _image, ...rest } = entry
  return abilities.conditional ? rest : { ...rest, ifAbsent: false }
}
