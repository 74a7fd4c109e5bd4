import { type Bytes, bytesOf, type CallOptions, close, GantryError, isGantryError, type Store, tap } from '@gantry/core'
import { releasing } from '@gantry/core/driver'

import type { HubSetup } from '../options.ts'
import { randomHex } from '../random-text.ts'
import { tooLarge } from '../refusal.ts'

/** A body that the keeper has, and that no object has yet. */
export interface FreshBlob {
  readonly name: string
  readonly size: number
  /** Of what was written. */
  readonly crc32: string
}

/** One blob of an object, in the order of its bytes. */
export interface Piece {
  readonly blob: string
  readonly size: number
}

interface Expected {
  /** `Content-Length`, where there is one: a body of another length is kept from everybody. */
  readonly size: number | undefined
  readonly limit: number
}

/**
 * Ciphertext in the keeper, under random names. A blob is written before the database refers to it, and removed after
 * it does no more: a crash in between leaves a blob that nothing refers to, never a reference to nothing.
 */
export class Blobs {
  readonly #parts: HubSetup
  readonly #keeper: Store
  /** Written, or being written, and not in the database yet: no sweep may take them. */
  readonly #fresh = new Set<string>()
  /** How many readers each blob has. */
  readonly #readers = new Map<string, number>()
  /** To be removed when their last reader is done. */
  readonly #doomed = new Set<string>()

  constructor(parts: HubSetup) {
    this.#parts = parts
    this.#keeper = parts.keeper
  }

  /**
   * Writes a body and hands it to `use`, which makes the database refer to it. Where that fails the blob is removed
   * again.
   */
  async keep<Result>(
    body: Bytes,
    { size, limit }: Expected,
    options: CallOptions,
    use: (blob: FreshBlob) => Promise<Result>,
  ): Promise<Result> {
    if (size !== undefined && size > limit) throw tooLarge('The body', limit)
    const { random, crc32, clock } = this.#parts
    const name = randomHex(random, 16)
    this.#fresh.add(name)
    try {
      let crc = 0
      let seen = 0
      const bytes = tap(body, (chunk) => {
        seen += chunk.length
        if (seen > limit) throw tooLarge('The body', limit)
        crc = crc32(chunk, crc)
      })
      const modified = this.#keeper.abilities.modified === 'given' ? { modified: clock() } : {}
      await this.#keeper.write({ path: pathOf(name), ...(size !== undefined && { size }), ...modified }, bytes, options)
      return await use({ name, size: seen, crc32: (crc >>> 0).toString(16).padStart(8, '0') })
    } catch (error) {
      await this.remove([name])
      throw error
    } finally {
      this.#fresh.delete(name)
    }
  }

  /** Keeps blobs from being removed until the answer is called. */
  lease(blobs: readonly string[]): () => void {
    for (const blob of blobs) this.#readers.set(blob, (this.#readers.get(blob) ?? 0) + 1)
    let released = false
    return () => {
      if (released) return
      released = true
      const free: string[] = []
      for (const blob of blobs) {
        const left = (this.#readers.get(blob) ?? 1) - 1
        if (left > 0) this.#readers.set(blob, left)
        else {
          this.#readers.delete(blob)
          if (this.#doomed.delete(blob)) free.push(blob)
        }
      }
      void this.remove(free)
    }
  }

  /** Bytes `start` to `end` of the pieces laid end to end. The first piece is opened before this resolves. */
  async read(pieces: readonly Piece[], start: number, end: number, options: CallOptions): Promise<Bytes> {
    const wanted = slices(pieces, start, end)
    const [head] = wanted
    if (head === undefined) return bytesOf()
    const opened = await this.#open(head, options)
    return releasing(this.#chain(wanted, opened, options), () => close(opened))
  }

  /** Removes what nothing refers to any more, and answers what is gone; never throws. What fails is left to the next sweep. */
  async remove(blobs: readonly string[]): Promise<string[]> {
    const gone: string[] = []
    for (const blob of blobs) {
      if (this.#readers.has(blob)) {
        this.#doomed.add(blob)
        continue
      }
      try {
        await this.#keeper.remove(pathOf(blob))
        gone.push(blob)
      } catch (error) {
        this.#parts.onError(error)
      }
    }
    // Nobody waits for that.
    void this.#forget(gone)
    return gone
  }

  /** So that no sweep removes them again. Where that fails, one does. */
  async #forget(gone: readonly string[]): Promise<void> {
    if (gone.length === 0) return
    const given = 'blob IN (SELECT value FROM json_each(?))'
    await this.#parts.database
      .jot(`DELETE FROM garbage WHERE ${given} RETURNING 1`, JSON.stringify(gone))
      .catch(() => {})
  }

  /** Whether a sweep must leave it alone. */
  isInUse(blob: string): boolean {
    return this.#fresh.has(blob) || this.#readers.has(blob)
  }

  /** Names of blobs in the keeper that were written before then. */
  async *writtenBefore(time: number, options: CallOptions): AsyncGenerator<string, void, undefined> {
    for await (const { path, modified } of this.#keeper.list({ prefix: 'blobs' }, options)) {
      const [, name] = /^blobs\/[0-9a-f]{2}\/([0-9a-f]{32})$/u.exec(path) ?? []
      if (name !== undefined && modified !== undefined && modified < time) yield name
    }
  }

  /** Takes away what writes to the keeper left that were begun before then, and whose process died. Answers how many. */
  async sweepWrites(time: number, options: CallOptions): Promise<number> {
    const { uploads } = this.#keeper
    if (uploads === undefined) return 0
    let count = 0
    for await (const upload of uploads.unfinished('blobs', options)) {
      if (upload.started === undefined || upload.started >= time) continue
      try {
        await uploads.abort(upload, options)
        count += 1
      } catch (error) {
        this.#parts.onError(error)
      }
    }
    return count
  }

  async *#chain(wanted: readonly Slice[], opened: Bytes, options: CallOptions): AsyncGenerator<Uint8Array, void> {
    yield* opened
    for (const slice of wanted.slice(1)) yield* await this.#open(slice, options)
  }

  async #open({ blob, start, end, size }: Slice, options: CallOptions): Promise<Bytes> {
    const range = start === 0 && end === size ? undefined : { start, end }
    try {
      const { entry, body } = await this.#keeper.read({ path: pathOf(blob) }, range, options)
      if (entry.size !== size) throw lost()
      return body
    } catch (error) {
      if (isGantryError(error) && error.code === 'not_found') throw lost(error)
      throw error
    }
  }
}

interface Slice extends Piece {
  readonly start: number
  readonly end: number
}

function slices(pieces: readonly Piece[], start: number, end: number): Slice[] {
  const wanted: Slice[] = []
  let offset = 0
  for (const { blob, size } of pieces) {
    const from = Math.max(start - offset, 0)
    const to = Math.min(end - offset, size)
    if (from < to) wanted.push({ blob, size, start: from, end: to })
    offset += size
  }
  return wanted
}

function pathOf(blob: string): string {
  return `blobs/${blob.slice(0, 2)}/${blob}`
}

/** What the database refers to is not in the keeper: someone else took it away. */
function lost(cause?: unknown): GantryError {
  return new GantryError('internal', 'The keeper has lost a part of the object.', { cause })
}
