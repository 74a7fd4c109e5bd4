import { type Cipher, openBytes, recipientOf, sealBytes } from '@gantry/age'
import { type Call, type Entry, GantryError } from '@gantry/core/driver'

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

/** Records that are read at a time. */
const atOnce = 16

/** A unit as it is known here. */
export interface KnownUnit {
  readonly record: UnitRecord
  /** What tells a change of its file. */
  readonly mark: string
  /** Of its file, where the store has versions. */
  readonly version: string | undefined
  /** `undefined` when its key was destroyed. */
  readonly contents: UnitContents | undefined
}

export interface FoundEntry {
  readonly unit: KnownUnit
  readonly entry: UnitEntry
}

/** All units of an archive and what is in them, as the last look found them. Of two that have one path, the later counts. */
export class Catalogue {
  readonly #home: Home
  readonly #keyring: Keyring
  readonly #cipher: Cipher
  readonly #units = new Map<string, KnownUnit>()
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
    if (opened === undefined) return undefined
    return parseUnitContents(await openBytes(fromBase64(contents), { identity: opened.identity }, this.#cipher))
  }

  async #refresh(call: Call): Promise<void> {
    const destroyed = await this.#lookAtKeys(call)
    const seen = new Set<string>()
    const changed: string[] = []
    for await (const entry of this.#home.store.list({ prefix: unitsFolder }, call)) {
      const name = /^units\/([A-Za-z0-9_-]+)\.json$/u.exec(entry.path)?.[1]
      if (name === undefined) continue
      seen.add(name)
      const known = this.#units.get(name)
      if (known?.mark !== markOf(entry) || destroyed.has(known.record.key ?? '')) changed.push(name)
    }
    const gone = [...this.#units.keys()].filter((name) => !seen.has(name))
    for (const name of gone) this.#units.delete(name)
    this.#isIndexed &&= changed.length === 0 && gone.length === 0
    const work = async () => {
      for (let name = changed.pop(); name !== undefined; name = changed.pop()) {
        const unit = await this.#load(name, call)
        if (unit === undefined) this.#units.delete(name)
        else this.#units.set(name, unit)
      }
    }
    await Promise.all(Array.from({ length: atOnce }, work))
    if (!this.#isIndexed) this.#index()
    this.#isIndexed = true
  }

  async #load(name: string, call: Call): Promise<KnownUnit | undefined> {
    const found = await this.#home.read(unitPath(name), call)
    if (found === undefined) return undefined
    const record = parseUnitRecord(found.bytes)
    if (record.unit !== name) throw new GantryError('integrity', 'A record of the archive was renamed.')
    const { entry } = found
    return { record, mark: markOf(entry), version: entry.version, contents: await this.open(record, call) }
  }

  /** Keys that are not as they were. */
  async #lookAtKeys(call: Call): Promise<ReadonlySet<string>> {
    const changed = new Set<string>()
    for await (const { name, version } of this.#keyring.names(call)) {
      if (this.#keyMarks.get(name) === version) continue
      if (this.#keyMarks.has(name)) {
        changed.add(name)
        this.#keyring.forget(name)
      }
      this.#keyMarks.set(name, version)
    }
    return changed
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
