import {
  type ChunkSpan,
  type Cipher,
  nonceSize,
  payloadKey,
  plainRange,
  sealChunks,
  sealedChunkSize,
  sealedRange,
  sealedSize,
  type SourceKey,
} from '@gantry/age'
import type { Store } from '@gantry/core'
import {
  type ByteRange,
  type Bytes,
  type Call,
  clipRange,
  close,
  type Entry,
  type EntryRef,
  GantryError,
  type Reading,
  releasing,
  type SizedEntry,
} from '@gantry/core/driver'

import { nonceBytes } from './nonce-text.ts'
import type { KnownEntry } from './read-only-driver.ts'
import { renaming, renamingBody } from './rename-error.ts'
import type { SealedItem } from './sealed-item.ts'
import { sliceBody } from './slice-body.ts'

/** One plaintext entry as an encrypted object. */
export class SealedEntry implements KnownEntry {
  readonly entry: SizedEntry
  readonly #plain: Store
  readonly #item: SealedItem
  readonly #key: SourceKey
  readonly #cipher: Cipher

  constructor(plain: Store, item: SealedItem, key: SourceKey, cipher: Cipher) {
    this.#plain = plain
    this.#item = item
    this.#key = key
    this.#cipher = cipher
    this.entry = this.#entryOf(item.version)
  }

  async stat(call: Call): Promise<Entry> {
    return await renaming(this.#item.path, async () => {
      const found = await this.#plain.stat(this.#item.from, call)
      this.#refuseChanged(found)
      return this.#entryOf(found.version)
    })
  }

  async read(ref: EntryRef, range: ByteRange | undefined, call: Call): Promise<Reading> {
    const { path, size } = this.#item
    const { start, end } = clipRange(range, this.entry.size)
    const prologue = this.#prologue()
    const span = spanOf(start - prologue.length, end - prologue.length)
    return await renaming(path, async () => {
      const reading = await this.#readPlain(ref, span, call)
      const cipher = this.#cipher(payloadKey(this.#key.fileKey, prologue.subarray(-nonceSize)))
      const sealed = releasing(sealChunks(reading.body, { ...span, size, cipher }), () => close(reading.body))
      const inPrologue = start < prologue.length
      const body = inPrologue ? joined(prologue.subarray(start), sealed) : sealed
      const skipped = inPrologue ? 0 : start - prologue.length - sealedRange(span, size).start
      const sliced = renamingBody(path, sliceBody(body, skipped, end - start))
      return { entry: this.#entryOf(reading.entry.version), body: releasing(sliced, () => close(sealed)) }
    })
  }

  async #readPlain(ref: EntryRef, span: ChunkSpan, call: Call): Promise<Reading> {
    const { from, size } = this.#item
    const version = this.#plain.abilities.versions ? (ref.version ?? this.#item.version) : undefined
    const plain = plainRange(span, size)
    const range = plain.end - plain.start === size ? undefined : plain
    const reading = await this.#plain.read({ path: from, ...(version !== undefined && { version }) }, range, call)
    try {
      this.#refuseChanged(reading.entry)
      return reading
    } catch (error) {
      await close(reading.body)
      throw error
    }
  }

  /** Other bytes under the same key and nonce would give both away. */
  #refuseChanged(found: Entry): void {
    const { size, version } = this.#item
    const changed = version !== undefined && found.version !== undefined && found.version !== version
    if (found.size === size && !changed) return
    throw new GantryError('precondition_failed', 'The file changed since it was prepared to be shared: share it again.')
  }

  /** Header and nonce. */
  #prologue(): Uint8Array {
    const { header } = this.#key
    const prologue = new Uint8Array(header.length + nonceSize)
    prologue.set(header)
    prologue.set(nonceBytes(this.#item.nonce), header.length)
    return prologue
  }

  #entryOf(version: string | undefined): SizedEntry {
    const { path, size } = this.#item
    const sealed = this.#key.header.length + nonceSize + sealedSize(size)
    return { path, size: sealed, ...(version !== undefined && { version }) }
  }
}

/** The chunks that a range of a payload touches. */
function spanOf(start: number, end: number): ChunkSpan {
  if (end <= 0 || end === start) return { first: 0, end: 0 }
  return { first: Math.floor(Math.max(0, start) / sealedChunkSize), end: Math.ceil(end / sealedChunkSize) }
}

async function* joined(beginning: Uint8Array, rest: Bytes): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield beginning
    yield* rest
  } finally {
    await close(rest)
  }
}
