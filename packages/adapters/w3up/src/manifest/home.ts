import type { Store } from '@gantry/core'
import { bytesOf, type Call, collect, type Entry, isGantryError, type NewEntry } from '@gantry/core/driver'

const longest = 256 * 1024 * 1024

/** The small files of an archive: its marker, keys, records of units, and journals of what is on its way. */
export class Home {
  readonly store: Store

  constructor(store: Store) {
    this.store = store
  }

  /** A file and its version, where the store tells one. */
  async read(path: string, call: Call): Promise<{ readonly bytes: Uint8Array; readonly entry: Entry } | undefined> {
    try {
      const { entry, body } = await this.store.read(path, undefined, call)
      return { entry, bytes: await collect(body, longest) }
    } catch (error) {
      if (isGantryError(error) && error.code === 'not_found') return undefined
      throw error
    }
  }

  async write(path: string, bytes: Uint8Array, call: Call, conditions: Partial<NewEntry> = {}): Promise<Entry> {
    const { conditional } = this.store.abilities
    const given = conditional ? conditions : {}
    return await this.store.write(
      { path, size: bytes.length, contentType: 'application/json', ...given },
      bytesOf(bytes),
      call,
    )
  }

  async writeJson(path: string, value: unknown, call: Call, conditions: Partial<NewEntry> = {}): Promise<Entry> {
    return await this.write(path, new TextEncoder().encode(JSON.stringify(value)), call, conditions)
  }

  async remove(path: string, call: Call): Promise<void> {
    await this.store.remove(path, call)
  }
}

export const markerPath = 'archive.json'
export const unitsFolder = 'units'
export const journalFolder = 'journal'
export const keysFolder = 'keys'
export const unitPath = (unit: string): string => `${unitsFolder}/${unit}.json`
export const journalPath = (unit: string): string => `${journalFolder}/${unit}.json`
export const keyPath = (key: string): string => `${keysFolder}/${key}.json`
