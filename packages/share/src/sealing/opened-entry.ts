import { type ChunkCipher, chunkCount, chunkSize, openChunks, sealedRange } from '@gantry/age'
import type { Store } from '@gantry/core'
import {
  type ByteRange,
  type Bytes,
  bytesOf,
  type Call,
  clipRange,
  close,
  collect,
  type Entry,
  type EntryRef,
  GantryError,
  isGantryError,
  type Reading,
  releasing,
  type SizedEntry,
} from '@gantry/core/driver'

import { knownSize } from './known-size.ts'
import { nonceBytes } from './nonce-text.ts'
import type { SealedObject } from './opened-store.ts'
import { prologueSize } from './prologue-size.ts'
import type { KnownEntry } from './read-only-driver.ts'
import { renaming, renamingBody } from './rename-error.ts'
import { sliceBody } from './slice-body.ts'
import type { SourceOpener } from './source-opener.ts'
import { splitBody } from './split-body.ts'

/** What is known of an object once it was begun to be read. */
interface Begun {
  readonly version: string | undefined
  /** Bytes of header and nonce. */
  readonly prologue: number
  readonly cipher: ChunkCipher
  /** Whether the last chunk was found to be authentic, and so the length to be true. */
  whole: boolean
}

/** Room for the header of one recipient, and the nonce. */
const firstRead = 512

/** The plaintext of one encrypted object. */
export class OpenedEntry implements KnownEntry {
  readonly entry: SizedEntry
  readonly #objects: Store
  readonly #opener: SourceOpener
  readonly #object: SealedObject
  readonly #nonce: Uint8Array | undefined
  #begun: Begun | undefined

  constructor(objects: Store, opener: SourceOpener, object: SealedObject, name: string) {
    this.#objects = objects
    this.#opener = opener
    this.#object = object
    this.#nonce = object.nonce === undefined ? undefined : nonceBytes(object.nonce)
    const { size, digests, image, type } = object
    this.entry = {
      path: name,
      size,
      digests,
      version: digests.sha256,
      ...(type !== undefined && { contentType: type }),
      ...(image !== undefined && { image }),
    }
  }

  async stat(call: Call): Promise<Entry> {
    return await renaming(this.entry.path, async () => {
      this.#prologueOf(await this.#objects.stat(this.#object.path, call))
      return this.entry
    })
  }

  async read(ref: EntryRef, range: ByteRange | undefined, call: Call): Promise<Reading> {
    const { path, size, version } = this.entry
    if (ref.version !== undefined && ref.version !== version) {
      throw new GantryError('precondition_failed', 'The entry is not of that version.', { path })
    }
    const { start, end } = clipRange(range, size)
    const whole = start === 0 && end === size
    const body = await renaming(path, async () =>
      whole ? await this.#readWhole(call) : await this.#readRange(start, end, call),
    )
    return { entry: this.entry, body: releasing(renamingBody(path, body), () => close(body)) }
  }

  async #readWhole(call: Call): Promise<Bytes> {
    const { entry, body } = await this.#objects.read(this.#object.path, undefined, call)
    try {
      const prologue = this.#prologueOf(entry)
      return releasing(this.#openWhole(body, prologue, this.#versionOf(entry)), () => close(body))
    } catch (error) {
      await close(body)
      throw error
    }
  }

  async *#openWhole(
    body: Bytes,
    prologue: number,
    version: string | undefined,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const { size } = this.entry
    try {
      const { beginning, rest } = await splitBody(body, prologue)
      const cipher = await this.#opener.open(beginning, this.#nonce)
      yield* openChunks(rest, { first: 0, end: chunkCount(size), size, cipher })
      this.#begun = { version, prologue, cipher, whole: true }
    } finally {
      await close(body)
    }
  }

  async #readRange(start: number, end: number, call: Call): Promise<Bytes> {
    const known = this.#begun
    try {
      return await this.#readBegun(known ?? (await this.#begin(call)), start, end, call)
    } catch (error) {
      // Written again since it was begun: what is there now has to prove itself anew.
      if (known === undefined || !isGantryError(error) || error.code !== 'precondition_failed') throw error
      return await this.#readBegun(await this.#begin(call), start, end, call)
    }
  }

  async #readBegun(begun: Begun, start: number, end: number, call: Call): Promise<Bytes> {
    const { size } = this.entry
    const span = { first: Math.floor(start / chunkSize), end: Math.ceil(end / chunkSize) }
    if (!begun.whole && span.end < chunkCount(size)) await this.#proveLength(begun, call)
    if (start === end) return bytesOf()
    const body = await this.#readChunks(begun, span, call)
    const opened = openChunks(body, { ...span, size, cipher: begun.cipher })
    return releasing(sliceBody(opened, start - span.first * chunkSize, end - start), () => close(body))
  }

  /** Reads header and nonce. */
  async #begin(call: Call): Promise<Begun> {
    const { path } = this.#object
    const { entry, body } = await this.#objects.read(path, { start: 0, end: firstRead }, call)
    let beginning = await collect(body, firstRead)
    const prologue = this.#prologueOf(entry)
    const version = this.#versionOf(entry)
    if (prologue > beginning.length) {
      const ref = { path, ...(version !== undefined && { version }) }
      const more = await this.#objects.read(ref, { start: 0, end: prologue }, call)
      beginning = await collect(more.body, prologue)
    }
    const cipher = await this.#opener.open(beginning.subarray(0, prologue), this.#nonce)
    this.#begun = { version, prologue, cipher, whole: false }
    return this.#begun
  }

  /** Authenticates the last chunk, which alone tells that nothing was cut off. */
  async #proveLength(begun: Begun, call: Call): Promise<void> {
    const { size } = this.entry
    const end = chunkCount(size)
    const span = { first: end - 1, end }
    const body = await this.#readChunks(begun, span, call)
    await collect(openChunks(body, { ...span, size, cipher: begun.cipher }))
    begun.whole = true
  }

  async #readChunks(begun: Begun, span: { first: number; end: number }, call: Call): Promise<Bytes> {
    const { version, prologue } = begun
    const { start, end } = sealedRange(span, this.entry.size)
    const ref = { path: this.#object.path, ...(version !== undefined && { version }) }
    const { entry, body } = await this.#objects.read(ref, { start: prologue + start, end: prologue + end }, call)
    try {
      if (this.#prologueOf(entry) === prologue) return body
      throw new GantryError('precondition_failed', 'The object changed while it was read.')
    } catch (error) {
      await close(body)
      throw error
    }
  }

  /** What later reads of the object are pinned to. */
  #versionOf({ version }: Entry): string | undefined {
    return this.#objects.abilities.versions ? version : undefined
  }

  /** Bytes before the chunks: what the object has beyond those that a plaintext of this size makes. */
  #prologueOf(object: Entry): number {
    const prologue = prologueSize(knownSize(object), this.entry.size)
    if (prologue !== undefined) return prologue
    throw new GantryError('integrity', 'The object has not the length that its contents call for: it was cut off.')
  }
}
