import { type Cipher, openBytes, recipientOf, sealBytes } from '@gantry/age'
import { type Call, type Entry, GantryError, isGantryError } from '@gantry/core/driver'

import { fromBase64, toBase64 } from './base64.ts'
import { type Home, unitPath, unitsFolder } from './home.ts'
import type { Keyring, StudyKey } from './keyring.ts'
import {
  parseUnitContents,
  parseUnitRecord,
  type UnitContents,
  type UnitEntry,
  type UnitRecord,
} from './unit-record.ts'
import { unreadable } from './unreadable.ts'

/** Records that are read at a time. */
const atOnce = 16

/** A unit as it is known here. */
export interface KnownUnit {
  readonly record: UnitRecord
  /** What tells a change of its file. */
  readonly mark: string
  /** Of its file, where the store has versions. */
  readonly version: string | undefined
  /** `undefined` when its key was destroyed, or with `trouble`. */
  readonly contents: UnitContents | undefined
  /** Why its contents cannot be read, though nobody destroyed their key. */
  readonly trouble?: GantryError
}

/** A unit of which something that is kept in the home cannot be read. */
export interface Trouble {
  readonly unit: string
  /** Its `path` is that of the file. */
  readonly error: GantryError
}

export interface FoundEntry {
  readonly unit: KnownUnit
  readonly entry: UnitEntry
}

/**
 * All units of an archive and what is in them, as the last look found them. Of two that have one path, the later counts. A record
 * or key that is damaged takes nothing with it but its own unit, and is told of.
 */
export class Catalogue {
  readonly #home: Home
  readonly #keyring: Keyring
  readonly #cipher: Cipher
  readonly #units = new Map<string, KnownUnit>()
  /** Units whose records cannot be read: nothing is known of them, not even their blobs. */
  readonly #lost = new Map<string, GantryError>()
  readonly #keyMarks = new Map<string, string>()
  #paths = new Map<string, FoundEntry>()
  /** Also after a look that failed half way. */
  #isIndexed = false
  #looking: Promise<void> | undefined

  constructor(home: Home, keyring: Keyring, cipher: Cipher) {
    this.#home = home
    this.#keyring = keyring
    this.#cipher = cipher
  }

  get units(): readonly KnownUnit[] {
    return [...this.#units.values()]
  }

  /** Those of the last look, also while another one is going on. */
  get entries(): Iterable<FoundEntry> {
    return this.#paths.values()
  }

  /** What the last look could not read. */
  get troubles(): readonly Trouble[] {
    const lost = [...this.#lost].map(([unit, error]) => ({ unit, error }))
    const closed = [...this.#units].flatMap(([unit, { trouble }]) => (trouble ? [{ unit, error: trouble }] : []))
    return [...lost, ...closed]
  }

  /** Why it is not known which blobs and keys are needed: a record that cannot be read may name any. */
  get uncounted(): GantryError | undefined {
    return this.#lost.values().next().value
  }

  /** Of a path that was not found: where something cannot be read, it may be in that. */
  absent(path: string): GantryError {
    const [trouble] = this.troubles
    return trouble?.error ?? new GantryError('not_found', 'There is no such entry in the archive.', { path })
  }

  unit(name: string): KnownUnit | undefined {
    return this.#units.get(name)
  }

  /** As of the last look. */
  known(path: string): FoundEntry | undefined {
    return this.#paths.get(path)
  }

  /** As of now: its unit is looked at, and where that changed, all are. */
  async find(path: string, call: Call): Promise<FoundEntry | undefined> {
    const known = this.#paths.get(path)
    if (known !== undefined) {
      const entry = await this.#home.store.find(unitPath(known.unit.record.unit), call)
      if (entry !== undefined && markOf(entry) === known.unit.mark && !(await this.#keyChanged(known, call)))
        return known
    }
    await this.refresh(call)
    return this.#paths.get(path)
  }

  /** Reads what is new or changed. Looks that come while one is going on wait for the next. */
  async refresh(call: Call): Promise<void> {
    const before = this.#looking
    const looking = (async () => {
      await before?.catch(() => {})
      await this.#refresh(call)
    })()
    this.#looking = looking
    try {
      await looking
    } finally {
      if (this.#looking === looking) this.#looking = undefined
    }
  }

  /** Seals contents as they are kept in a record. */
  async seal(contents: UnitContents, key: StudyKey | undefined): Promise<UnitRecord['contents']> {
    if (key === undefined) return contents
    const plaintext = new TextEncoder().encode(JSON.stringify(contents))
    return toBase64(await sealBytes(plaintext, [await recipientOf(key.identity)], this.#cipher))
  }

  /** The contents of a record; `undefined` when its key was destroyed. */
  async open({ key, contents }: UnitRecord, call: Call): Promise<UnitContents | undefined> {
    if (typeof contents !== 'string') return contents
    if (key === undefined) throw new GantryError('integrity', 'A record of the archive is sealed, and names no key.')
    const opened = await this.#keyring.open(key, call)
    return opened && (await this.#unseal(contents, opened))
  }

  async #unseal(contents: string, { identity }: StudyKey): Promise<UnitContents> {
    return parseUnitContents(await openBytes(fromBase64(contents), { identity }, this.#cipher))
  }

  async #refresh(call: Call): Promise<void> {
    const changedKeys = await this.#lookAtKeys(call)
    const seen = new Set<string>()
    const changed: string[] = []
    for await (const entry of this.#home.store.list({ prefix: unitsFolder }, call)) {
      const name = /^units\/([A-Za-z0-9_-]+)\.json$/u.exec(entry.path)?.[1]
      if (name === undefined) continue
      seen.add(name)
      const known = this.#units.get(name)
      // What could not be read may be right again.
      const isSame = known?.mark === markOf(entry) && known.trouble === undefined
      if (!isSame || changedKeys.has(known.record.key ?? '')) changed.push(name)
    }
    for (const name of [...this.#units.keys(), ...this.#lost.keys()]) if (!seen.has(name)) this.#keep(name, undefined)
    const work = async () => {
      for (let name = changed.pop(); name !== undefined; name = changed.pop()) {
        this.#keep(name, await this.#load(name, call))
      }
    }
    await Promise.all(Array.from({ length: atOnce }, work))
    if (!this.#isIndexed) this.#index()
    this.#isIndexed = true
  }

  #keep(name: string, unit: KnownUnit | GantryError | undefined): void {
    const before = this.#units.get(name)
    this.#units.delete(name)
    this.#lost.delete(name)
    if (isGantryError(unit)) this.#lost.set(name, unit)
    else if (unit !== undefined) this.#units.set(name, unit)
    const now = this.#units.get(name)
    if (before?.contents !== undefined || now?.contents !== undefined) this.#isIndexed = false
  }

  /** A unit; or why its record cannot be read, which must not keep the others from it. */
  async #load(name: string, call: Call): Promise<KnownUnit | GantryError | undefined> {
    const path = unitPath(name)
    const found = await this.#home.read(path, call)
    if (found === undefined) return undefined
    let record: UnitRecord
    try {
      record = parseUnitRecord(found.bytes)
      if (record.unit !== name) throw new GantryError('integrity', 'A record of the archive was renamed.')
    } catch (error) {
      return unreadable(path, error)
    }
    const { entry } = found
    const unit = { record, mark: markOf(entry), version: entry.version, contents: undefined }
    const { key: keyName, contents } = record
    if (typeof contents !== 'string') return { ...unit, contents }
    const key = keyName === undefined ? unreadable(path, undefined) : await this.#keyring.look(keyName, call)
    if (key === undefined) return unit
    if (isGantryError(key)) return { ...unit, trouble: key }
    try {
      return { ...unit, contents: await this.#unseal(contents, key) }
    } catch (error) {
      return { ...unit, trouble: unreadable(path, error) }
    }
  }

  /** Keys that are not as they were. */
  async #lookAtKeys(call: Call): Promise<ReadonlySet<string>> {
    const changed = new Set<string>()
    const gone = new Set(this.#keyMarks.keys())
    for await (const { name, version } of this.#keyring.names(call)) {
      gone.delete(name)
      const before = this.#keyMarks.get(name)
      if (before !== undefined && before !== version) changed.add(name)
      this.#keyMarks.set(name, version)
    }
    for (const name of gone) this.#keyMarks.delete(name)
    for (const name of [...changed, ...gone]) this.#keyring.forget(name)
    return new Set([...changed, ...gone])
  }

  async #keyChanged({ unit }: FoundEntry, call: Call): Promise<boolean> {
    const { key } = unit.record
    if (key === undefined) return false
    const mark = this.#keyMarks.get(key)
    const entry = await this.#home.store.find(`keys/${key}.json`, call)
    return entry === undefined || markOf(entry) !== mark
  }

  #index(): void {
    const inOrder = [...this.#units.values()].sort((a, b) => isLater(a.record, b.record))
    this.#paths = new Map()
    for (const unit of inOrder) {
      for (const entry of unit.contents?.entries ?? []) this.#paths.set(entry.path, { unit, entry })
    }
  }
}

function isLater(a: UnitRecord, b: UnitRecord): number {
  return a.created - b.created || (a.unit < b.unit ? -1 : 1)
}

function markOf({ version, size, modified }: Entry): string {
  return version ?? `${size}:${modified}`
}
