import { createHash } from 'node:crypto'

import { nodeCipher } from '@gantry/age/node'
import {
  type ByteRange,
  type Bytes,
  type Call,
  collect,
  compareDigests,
  type Entry,
  type EntryRef,
  GantryError,
  type NewEntry,
  type Selection,
  type StoreDriver,
} from '@gantry/core/driver'

import { openedStore } from '../sealing/opened-store.ts'
import { SealedShare } from './sealed-share.ts'

/** An opened view that can be written to, so that the conformance suite can fill it: every write seals an object. */
export class SealingDriver implements StoreDriver {
  readonly contract = 1
  readonly scheme = 'opened'
  readonly #share: SealedShare
  #opened: StoreDriver | undefined

  private constructor(share: SealedShare) {
    this.#share = share
  }

  static async create(): Promise<SealingDriver> {
    return new SealingDriver(await SealedShare.of({}))
  }

  get abilities() {
    return { ...this.#view.abilities, write: true, remove: true }
  }

  list(selection: Selection, call: Call) {
    return this.#view.list(selection, call)
  }

  async stat(path: string, call: Call): Promise<Entry> {
    return await this.#view.stat(path, call)
  }

  async read(ref: EntryRef, range: ByteRange | undefined, call: Call) {
    return await this.#view.read(ref, range, call)
  }

  async write({ path, digests }: NewEntry, body: Bytes, call: Call): Promise<Entry> {
    const bytes = await collect(body)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    if (compareDigests(digests, { sha256 }) === 'different') {
      throw new GantryError('integrity', 'The bytes are not those that were promised.')
    }
    if (call.signal.aborted) throw new GantryError('cancelled', 'Stopped on request.')
    const { size, digests: sealed } = await this.#share.add(path, bytes)
    this.#opened = undefined
    return { path, size, digests: sealed, version: sealed.sha256 }
  }

  async remove(path: string): Promise<void> {
    this.#share.forget(path)
    this.#opened = undefined
  }

  codeOf() {
    return undefined
  }

  get #view(): StoreDriver {
    return (this.#opened ??= openedStore(this.#share.objects, [this.#share.source], nodeCipher))
  }
}
