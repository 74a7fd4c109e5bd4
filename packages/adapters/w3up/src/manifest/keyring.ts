import { type Cipher, createSourceKey, openBytes, restoreSourceKey, sealBytes, type SourceKey } from '@gantry/age'
import { type Call, GantryError, isGantryError } from '@gantry/core/driver'
import * as z from 'zod'

import type { ArchiveKeys, ArchiveLock } from './archive-keys.ts'
import { fromBase64, toBase64 } from './base64.ts'
import { type Home, keyPath, keysFolder } from './home.ts'
import { parseJson } from './unit-record.ts'
import { missingKey, unreadable } from './unreadable.ts'

const head = z.object({ format: z.literal('gantry-archive-key'), version: z.literal(1) })
const keyFileSchema = z.union([
  /** Base64 of an age file. */
  head.extend({ sealed: z.string() }),
  /** When it was destroyed, milliseconds since the epoch: all that is left of it. Nothing else says that it was. */
  head.extend({ destroyed: z.number() }),
])

const sealedKeySchema = z.object({ study: z.string(), identity: z.string(), header: z.string() })

/** The key of one study. */
export interface StudyKey extends SourceKey {
  readonly name: string
  readonly study: string
}

/** The keys of an archive's studies, each in a file of its own: so that one can be destroyed, and with it its study. */
export class Keyring {
  readonly #home: Home
  readonly #lock: ArchiveLock
  readonly #cipher: Cipher
  readonly #known = new Map<string, StudyKey>()

  constructor(home: Home, lock: ArchiveLock, cipher: Cipher) {
    this.#home = home
    this.#lock = lock
    this.#cipher = cipher
  }

  /** Makes a key, and keeps it before it is used. */
  async create(study: string, name: string, keys: ArchiveKeys, call: Call): Promise<StudyKey> {
    const key = { ...(await createSourceKey()), name, study }
    const inner = { study, identity: key.identity, header: toBase64(key.header) }
    const sealed = await sealBytes(new TextEncoder().encode(JSON.stringify(inner)), keys.recipients, this.#cipher)
    await this.#home.writeJson(keyPath(name), { ...keyFile, sealed: toBase64(sealed) }, call)
    this.#known.set(name, key)
    return key
  }

  /** The key, or `undefined` when it was destroyed; `integrity` as `look` tells it. */
  async open(name: string, call: Call): Promise<StudyKey | undefined> {
    const found = await this.look(name, call)
    if (isGantryError(found)) throw found
    return found
  }

  /**
   * The same, and the error where the file of this one key is damaged or not there. What is thrown concerns the whole archive: its
   * marker, its passphrase, the store that it lies in.
   */
  async look(name: string, call: Call): Promise<StudyKey | GantryError | undefined> {
    const known = this.#known.get(name)
    if (known !== undefined) return known
    const path = keyPath(name)
    const found = await this.#home.read(path, call)
    if (found === undefined) return missingKey(path)
    let sealed: string
    try {
      const file = parseJson(found.bytes, keyFileSchema, 'A key of the archive')
      if ('destroyed' in file) return undefined
      ;({ sealed } = file)
    } catch (error) {
      return unreadable(path, error)
    }
    const keys = await this.#lock.forReading(call)
    if (keys === undefined) {
      throw new GantryError('integrity', 'The archive has keys and no marker (archive.json).', { retryable: false })
    }
    try {
      const opened = await openBytes(fromBase64(sealed), { identity: keys.identity }, this.#cipher)
      const { study, identity, header } = parseJson(opened, sealedKeySchema, 'A key of the archive')
      const key = { ...(await restoreSourceKey(identity, fromBase64(header))), name, study }
      this.#known.set(name, key)
      return key
    } catch (error) {
      return unreadable(path, error)
    }
  }

  /** Overwrites it by the time of its end. */
  async destroy(name: string, at: number, call: Call): Promise<void> {
    await this.#home.writeJson(keyPath(name), { ...keyFile, destroyed: at }, call)
    this.#known.delete(name)
  }

  /** Removes a key that nothing was ever encrypted with. */
  async drop(name: string, call: Call): Promise<void> {
    await this.#home.remove(keyPath(name), call)
    this.#known.delete(name)
  }

  /** The names of all, those that were destroyed included, with what tells a change. */
  async *names(call: Call): AsyncGenerator<{ readonly name: string; readonly version: string }, void, undefined> {
    for await (const entry of this.#home.store.list({ prefix: keysFolder }, call)) {
      const name = /^keys\/([A-Za-z0-9_-]+)\.json$/u.exec(entry.path)?.[1]
      if (name !== undefined) yield { name, version: entry.version ?? `${entry.size}:${entry.modified}` }
    }
  }

  /** Looks a key up again: it may have been destroyed by another process. */
  forget(name: string): void {
    this.#known.delete(name)
  }
}

const keyFile = { format: 'gantry-archive-key', version: 1 } as const
