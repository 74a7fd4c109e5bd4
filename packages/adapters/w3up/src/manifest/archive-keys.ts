import {
  checkRecipient,
  type Cipher,
  generateIdentity,
  identityBytes,
  openBytes,
  recipientOf,
  sealByPassphrase,
} from '@gantry/age'
import { type Call, GantryError, isGantryError } from '@gantry/core/driver'
import { sharedLoad } from '@gantry/http'
import * as z from 'zod'

import { fromBase64, toBase64 } from './base64.ts'
import { type Home, markerPath } from './home.ts'
import { parseJson } from './unit-record.ts'

/** What opens an archive, or makes one. */
export interface ArchiveSecrets {
  readonly passphrase?: string | undefined
  /** An age identity, `AGE-SECRET-KEY-1...`. */
  readonly identity?: string | undefined
  /** Recipients, `age1...`, who may open what is written as well. */
  readonly recipients?: readonly string[] | undefined
  /** Nothing is encrypted. */
  readonly public?: boolean | undefined
}

const locked =
  'The archive is encrypted: give its passphrase or an age identity; to the command gantry in GANTRY_ARCHIVE_PASSPHRASE or GANTRY_ARCHIVE_KEY_FILE.'

const markerSchema = z.object({
  format: z.literal('gantry-archive'),
  version: z.literal(1),
  created: z.number(),
  encryption: z.enum(['age', 'none']),
  /** Who opens the keys of studies; the first is the archive itself. */
  recipients: z.array(z.string()).optional(),
  /** Base64 of an age file that a passphrase opens: the archive's identity. */
  lock: z.string().optional(),
})

type Marker = z.output<typeof markerSchema>

/** What an archive's keys are sealed for, and opened with; `undefined` where nothing is encrypted. */
export interface ArchiveKeys {
  readonly identity: string
  readonly recipients: readonly string[]
}

/** The secrets of one archive, looked up once. */
export class ArchiveLock {
  readonly #home: Home
  readonly #secrets: ArchiveSecrets
  readonly #cipher: Cipher
  #opened: Promise<ArchiveKeys | undefined> | undefined
  /** While it is made: the studies of a job come at once, and each would stretch the passphrase, with 256 MiB. */
  #creating: ((call: Call) => Promise<Marker>) | undefined

  constructor(home: Home, secrets: ArchiveSecrets, cipher: Cipher) {
    this.#home = home
    this.#secrets = secrets
    this.#cipher = cipher
  }

  /** The keys of what is there; of an archive that nobody has written to yet, none. */
  async forReading(call: Call): Promise<ArchiveKeys | undefined> {
    // What an archive is opened with never changes.
    if (this.#opened !== undefined) return await this.#opened
    const marker = await this.#marker(call)
    return marker === undefined ? undefined : await this.#open(marker)
  }

  /** The keys to write with; the first writer makes them. */
  async forWriting(call: Call): Promise<ArchiveKeys | undefined> {
    const marker = (await this.#marker(call)) ?? (await this.#createOnce(call))
    const plain = this.#secrets.public === true
    if (marker.encryption === 'none' && !plain) {
      throw new GantryError(
        'invalid',
        'The archive is not encrypted: to write plaintext to it, say so (public; to the command gantry --public).',
      )
    }
    if (marker.encryption === 'age' && plain) {
      throw new GantryError('invalid', 'The archive is encrypted: what is public needs an archive of its own.')
    }
    return await this.#open(marker)
  }

  async #marker(call: Call): Promise<Marker | undefined> {
    const found = await this.#home.read(markerPath, call)
    return found && parseJson(found.bytes, markerSchema, 'The marker of the archive')
  }

  async #open(marker: Marker): Promise<ArchiveKeys | undefined> {
    if (marker.encryption === 'none') return undefined
    this.#opened ??= this.#unlock(marker)
    try {
      return await this.#opened
    } catch (error) {
      // A secret that is wrong once is wrong for every entry, and to stretch a passphrase takes a second each time.
      if (!isGantryError(error) || error.code !== 'unauthenticated') this.#opened = undefined
      throw error
    }
  }

  async #unlock(marker: Marker): Promise<ArchiveKeys> {
    const { passphrase, identity } = this.#secrets
    const recipients = marker.recipients ?? []
    if (identity !== undefined) {
      if (recipients.includes(await recipientOf(identity))) return { identity, recipients }
      throw new GantryError('unauthenticated', 'The archive was not made for this identity.')
    }
    if (passphrase === undefined) {
      throw new GantryError('unauthenticated', locked)
    }
    if (marker.lock === undefined) {
      throw new GantryError('unauthenticated', 'The archive has no passphrase: give an age identity.')
    }
    const text = new TextDecoder().decode(await this.#openLock(marker.lock, passphrase)).trim()
    identityBytes(text)
    return { identity: text, recipients }
  }

  async #openLock(lock: string, passphrase: string): Promise<Uint8Array> {
    try {
      return await openBytes(fromBase64(lock), { passphrase }, this.#cipher)
    } catch (error) {
      if (!isGantryError(error) || error.code !== 'permission_denied') throw error
      // Of the whole archive, not of an entry: no other one need be tried.
      throw new GantryError('unauthenticated', 'This passphrase does not open the archive.', { cause: error })
    }
  }

  async #createOnce(call: Call): Promise<Marker> {
    const creating = (this.#creating ??= sharedLoad(async (shared) => await this.#create(shared)))
    try {
      return await creating(call)
    } finally {
      // Whether there is a marker, the next one asks the store.
      if (this.#creating === creating) this.#creating = undefined
    }
  }

  async #create(call: Call): Promise<Marker> {
    const { marker, keys } = await this.#newMarker()
    try {
      await this.#home.writeJson(markerPath, marker, call, { ifAbsent: true })
      // A passphrase need not be stretched a second time.
      if (keys !== undefined) this.#opened = Promise.resolve(keys)
      return marker
    } catch (error) {
      // Another one was first: theirs counts.
      if (!isGantryError(error) || error.code !== 'already_exists') throw error
      const found = await this.#marker(call)
      if (found === undefined) throw error
      return found
    }
  }

  async #newMarker(): Promise<{ readonly marker: Marker; readonly keys: ArchiveKeys | undefined }> {
    const { passphrase, identity, recipients = [], public: plain } = this.#secrets
    const base = { format: 'gantry-archive', version: 1, created: Date.now() } as const
    if (plain === true) return { marker: { ...base, encryption: 'none' }, keys: undefined }
    if (passphrase === undefined && identity === undefined) {
      throw new GantryError(
        'invalid',
        'Archives are encrypted: give a passphrase or an age identity; or, for plaintext that anyone may read, say so (public).',
      )
    }
    const own = identity ?? (await generateIdentity())
    const others = recipients.map((recipient) => checkRecipient(recipient))
    const all = [...new Set([await recipientOf(own), ...others])]
    const lock =
      passphrase === undefined ? undefined : await sealByPassphrase(new TextEncoder().encode(`${own}\n`), passphrase)
    const sealed = lock === undefined ? {} : { lock: toBase64(lock) }
    return {
      marker: { ...base, encryption: 'age', recipients: all, ...sealed },
      keys: { identity: own, recipients: all },
    }
  }
}
