import {
  type Abilities,
  type ByteRange,
  clipRange,
  type SizedEntry,
  type EntryRef,
  GantryError,
  type Reading,
  type StoreDriver,
} from '@gantry/core/driver'

import { readOnly } from '../sealing/read-only-driver.ts'

const chunkSize = 256 * 1024

/** One entry of any length that is kept nowhere: its bytes follow from their offsets. */
export class SyntheticDriver implements StoreDriver {
  readonly contract = 1
  readonly scheme = 'synthetic'
  readonly abilities: Abilities = readOnly({ versions: false, digests: [] })
  readonly #entry: SizedEntry

  constructor(path: string, size: number) {
    this.#entry = { path, size }
  }

  async *list() {
    yield this.#entry
  }

  async stat(path: string): Promise<SizedEntry> {
    if (path !== this.#entry.path) throw new GantryError('not_found', 'There is no such entry.', { path })
    return this.#entry
  }

  async read(ref: EntryRef, range: ByteRange | undefined): Promise<Reading> {
    const entry = await this.stat(ref.path)
    const { start, end } = clipRange(range, entry.size)
    return { entry, body: chunksOf(start, end) }
  }

  codeOf() {
    return undefined
  }
}

async function* chunksOf(start: number, end: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = start; at < end; at += chunkSize) yield patternOf(at, Math.min(end, at + chunkSize))
}

/** The bytes between two offsets: each four spell where they are. */
export function patternOf(start: number, end: number): Uint8Array {
  const bytes = new Uint8Array(end - start)
  for (let index = 0; index < bytes.length; index += 1) {
    const offset = start + index
    bytes[index] = (offset >>> ((offset & 3) * 8)) & 0xff
  }
  return bytes
}
