import {
  type ByteRange,
  type Bytes,
  type Call,
  compareDigests,
  type Entry,
  GantryError,
  isAtOrBelow,
  type NewEntry,
  type Part,
  type ResumableDriver,
  type StoredPart,
  type Upload,
} from '@gantry/core/driver'

import { lengthOf, type MemoryContents, type Pending } from './contents.ts'
import { type Digesting, digestsOf, take } from './digesting.ts'
import { readChunks } from './read-chunks.ts'

export class MemoryUploads implements ResumableDriver {
  readonly #contents: MemoryContents
  readonly #digesting: Digesting | undefined

  constructor(contents: MemoryContents, digesting: Digesting | undefined) {
    this.#contents = contents
    this.#digesting = digesting
  }

  async begin(entry: NewEntry): Promise<Upload> {
    const upload: Upload = { path: entry.path, id: this.#contents.unique(), started: Date.now() }
    this.#contents.pending.set(upload.id, { upload, entry, parts: new Map() })
    return upload
  }

  async putPart(upload: Upload, part: Part, body: Bytes, call: Call): Promise<StoredPart> {
    this.#find(upload)
    const chunks = await take(body, call)
    if (lengthOf(chunks) !== part.size) throw new GantryError('integrity', 'The part has another length than was said.')
    // Looked up again: the upload may have been aborted while the bytes came.
    const { parts } = this.#find(upload)
    const { number, offset, size } = part
    const stored: StoredPart = { number, offset, size, tag: this.#contents.unique() }
    parts.set(number, { part: stored, chunks })
    return stored
  }

  async *listParts(upload: Upload): AsyncGenerator<StoredPart, void, undefined> {
    yield* sorted(this.#find(upload)).map(({ part }) => part)
  }

  async complete(upload: Upload, entry: NewEntry, parts: readonly StoredPart[]): Promise<Entry> {
    const before = this.#contents.completed.get(upload.id)
    if (before !== undefined) return before
    const pending = this.#find(upload)
    const chunks: Uint8Array[] = []
    let offset = 0
    for (const presented of parts.toSorted((a, b) => a.number - b.number)) {
      const held = pending.parts.get(presented.number)
      if (held === undefined || held.part.tag !== presented.tag || held.part.offset !== offset) {
        throw new GantryError('invalid', 'The parts are not those that were put, from the first byte to the last.')
      }
      for (const chunk of held.chunks) chunks.push(chunk)
      offset += held.part.size
    }
    if (entry.size !== undefined && entry.size !== offset) {
      throw new GantryError('integrity', 'The parts are not as long as the whole was said to be.')
    }
    const digests = digestsOf(chunks, this.#digesting)
    if (compareDigests(entry.digests, digests) === 'different') {
      throw new GantryError('integrity', 'The parts are not the bytes that were promised.')
    }
    const stored = this.#contents.publish({ ...pending.entry, ...entry, path: upload.path }, chunks, digests)
    this.#contents.pending.delete(upload.id)
    this.#contents.completed.set(upload.id, stored)
    return stored
  }

  async abort(upload: Upload): Promise<void> {
    this.#contents.pending.delete(upload.id)
  }

  async readBack(upload: Upload, range: ByteRange, call: Call): Promise<Bytes> {
    const pending = this.#find(upload)
    const chunks: Uint8Array[] = []
    let next: number | undefined
    let first = 0
    for (const held of sorted(pending).toSorted((a, b) => a.part.offset - b.part.offset)) {
      const { offset, size } = held.part
      if (offset + size <= range.start) continue
      if (next === undefined) first = offset
      else if (next !== offset) break
      chunks.push(...held.chunks)
      next = offset + size
    }
    const end = range.end ?? next ?? range.start
    if (range.start < first || end > (next ?? range.start)) {
      throw new GantryError('invalid', 'Not all of that range was put.', { path: upload.path })
    }
    return readChunks(chunks, range.start - first, end - first, call)
  }

  async *unfinished(prefix: string | undefined): AsyncGenerator<Upload, void, undefined> {
    for (const { upload } of this.#contents.pending.values()) {
      if (isAtOrBelow(upload.path, prefix)) yield upload
    }
  }

  #find(upload: Upload): Pending {
    const pending = this.#contents.pending.get(upload.id)
    if (pending === undefined) throw new GantryError('not_found', 'There is no such upload.', { path: upload.path })
    return pending
  }
}

function sorted(pending: Pending) {
  return [...pending.parts.values()].sort((a, b) => a.part.number - b.part.number)
}
