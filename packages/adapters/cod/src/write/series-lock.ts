import type { Store } from '@gantry/core'
import { type Bytes, type Call, GantryError, isGantryError } from '@gantry/core/driver'

import type { Cod } from '../cod-parts.ts'
import { unzipped } from '../bytes/gzip.ts'
import { KeptText } from '../bytes/kept-text.ts'
import { cutJson } from '../metadata/cut-json.ts'
import { parseText } from '../metadata/parse-in-turns.ts'
import type { MetadataDocument } from '../metadata/series-metadata.ts'
import { ageOf, isStale } from '../series/lock-age.ts'
import { pathsOf, type SeriesName } from '../series/series-name.ts'
import { documentText } from './document-text.ts'
import { storedText } from './stored-text.ts'

/** Beside the fields of the metadata. */
const ownerField = 'gantry_lock'

/**
 * The lock of a series: an object whose content is the metadata as they were, for whoever has to mend things, and a
 * name by which its owner knows it again.
 */
export class SeriesLock {
  readonly #store: Store
  readonly #path: string
  readonly #owner: string
  readonly #limit: number
  #version: string | undefined

  private constructor(cod: Cod, name: SeriesName, owner: string, version: string | undefined) {
    this.#store = cod.store
    this.#path = pathsOf(name).lock
    this.#owner = owner
    this.#limit = cod.settings.maxMetadataBytes
    this.#version = version
  }

  /** Takes it, or takes it up again where `owner` has it already. `unavailable` where it is another's. */
  static async take(
    cod: Cod,
    name: SeriesName,
    owner: string,
    snapshot: MetadataDocument,
    call: Call,
  ): Promise<SeriesLock> {
    const { store } = cod
    const { lock: path } = pathsOf(name)
    const lock = new SeriesLock(cod, name, owner, undefined)
    const { conditional } = store.abilities
    if (!conditional && (await store.find(path, call)) !== undefined) return await takenUp(lock, store, path, cod, call)
    const fields = new Map([...snapshot.fields, [ownerField, KeptText.ofShort(JSON.stringify(owner))] as const])
    const text = documentText({ ...snapshot, fields })
    const { body, ...kept } = await storedText(cod, text)
    const entry = { path, ...kept, ...(conditional && { ifAbsent: true }) }
    try {
      lock.#version = (await store.write(entry, body, call)).version
    } catch (error) {
      if (!isGantryError(error) || error.code !== 'already_exists') throw error
      return await takenUp(lock, store, path, cod, call)
    }
    // Where two could have written, the last one has it.
    if (!conditional) await lock.verify(call)
    return lock
  }

  /** The lock of `owner`, whichever process took it; `undefined` where it is not there any more, or another's. */
  static async ownedBy(cod: Cod, name: SeriesName, owner: string, call: Call): Promise<SeriesLock | undefined> {
    const lock = new SeriesLock(cod, name, owner, undefined)
    return (await lock.#isOurs(call)) ? lock : undefined
  }

  /** Fails unless the lock is still there, and still this one. To be asked before anything is published. */
  async verify(call: Call): Promise<void> {
    if (!(await this.#isOurs(call))) {
      throw new GantryError('unavailable', 'The lock of the series was broken by someone else: nothing was published.')
    }
  }

  /** Removes it, if it is still this one. */
  async release(call: Call): Promise<void> {
    if (await this.#isOurs(call)) await this.#store.remove(this.#path, call)
  }

  async #isOurs(call: Call): Promise<boolean> {
    const found = await this.#store.find(this.#path, call)
    if (found === undefined) return false
    if (this.#version !== undefined && found.version === this.#version) return true
    const told = await this.#read(call)
    if (told?.owner !== this.#owner) return false
    this.#version = told.version
    return true
  }

  async #read(call: Call): Promise<{ readonly owner: unknown; readonly version: string | undefined } | undefined> {
    try {
      const { entry, body } = await this.#store.read(this.#path, undefined, call)
      return { owner: await ownerIn(body, this.#limit, call), version: entry.version }
    } catch (error) {
      // Its owner has let go of it meanwhile.
      if (isGantryError(error) && error.code === 'not_found') return undefined
      throw error
    }
  }
}

async function takenUp(lock: SeriesLock, store: Store, path: string, cod: Cod, call: Call): Promise<SeriesLock> {
  try {
    await lock.verify(call)
    return lock
  } catch (error) {
    if (!isGantryError(error) || error.code !== 'unavailable') throw error
  }
  throw locked(ageOf((await store.find(path, call)) ?? {}, cod.settings.now()))
}

/** Never broken here: only whoever knows that its writer is dead may do that. */
function locked(age: number | undefined): GantryError {
  const stale = isStale(age)
  const minutes = Math.max(0, Math.round((age ?? 0) / 60_000))
  const since = age === undefined ? '' : ` for ${minutes} minute${minutes === 1 ? '' : 's'}`
  const advice = stale ? ' If that writer is dead: gantry cod repair --break-lock' : ''
  return new GantryError(
    'unavailable',
    `Another writer ${age === undefined ? 'has' : 'has had'} the lock of the series${since}.${advice}`,
    {
      retryable: !stale,
    },
  )
}

async function ownerIn(body: Bytes, limit: number, call: Call): Promise<unknown> {
  // Records are passed over one by one.
  const opens = ([first, second, third]: readonly string[]) =>
    first === undefined ||
    (first === 'cod' && (second === undefined || (second === 'instances' && third === undefined)))
  try {
    for await (const { path, bytes } of cutJson(unzipped(body, limit), opens)) {
      if (path.length === 1 && path[0] === ownerField && bytes !== undefined) return parseText(bytes)
    }
  } catch (error) {
    if (call.signal.aborted || !isOfContent(error)) throw error
  }
  return undefined
}

/** Whether what was read is no lock of ours, and not that it could not be read. */
function isOfContent(error: unknown): boolean {
  if (error instanceof SyntaxError) return true
  return isGantryError(error) && !error.retryable && (error.code === 'integrity' || error.code === 'invalid')
}
