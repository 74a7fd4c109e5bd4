import { type Bytes, GantryError } from '@gantry/core'
import type { HeaderSource } from '@gantry/dicom'

/** A body of which the beginning is looked at before it is passed on. */
export class ByteStream implements HeaderSource {
  readonly #iterator: AsyncIterator<Uint8Array>
  /** All from the base to where it was read, and room for more: the first chunk itself, as long as no other was asked for. */
  #head: Uint8Array = new Uint8Array(0)
  /** Where the head begins: what stands before it was let go of. */
  #base = 0
  #isLent = false
  /** Bytes that have come. */
  #length = 0
  #ended = false
  /** Where the furthest read ended. */
  #asked = 0

  constructor(body: Bytes) {
    this.#iterator = body[Symbol.asyncIterator]()
  }

  /** Where it passes over bytes, neither those nor any before them are held: nothing before `start` can be read any more. */
  async read(start: number, end: number): Promise<Uint8Array> {
    if (start > this.#asked) this.#letGo(start)
    this.#asked = Math.max(this.#asked, end)
    while (this.#length < end && !this.#ended) await this.#more()
    const from = start - this.#base
    const to = Math.max(from, Math.min(end, this.#length) - this.#base)
    // What is read of a chunk outlives it; most chunks are much longer than that.
    return this.#isLent ? this.#head.slice(from, to) : this.#head.subarray(from, to)
  }

  /** All from `start` on, chunk after chunk; what was looked at comes first. */
  async *from(start: number): AsyncGenerator<Uint8Array, void, undefined> {
    if (start < this.#length) yield this.#head.subarray(start - this.#base, this.#held)
    this.#head = new Uint8Array(0)
    for (;;) {
      const chunk = this.#ended ? undefined : await this.#next()
      if (chunk === undefined) return
      if (chunk.length > 0) yield chunk
    }
  }

  async close(): Promise<void> {
    await this.#iterator.return?.()
  }

  async #more(): Promise<void> {
    // A chunk is lent until the next is asked for.
    if (this.#isLent) this.#head = this.#head.slice()
    this.#isLent = false
    const chunk = await this.#next()
    if (chunk === undefined) return
    const held = this.#held
    const part = chunk.subarray(Math.max(0, this.#base - this.#length))
    this.#length += chunk.length
    if (part.length === 0) return
    if (held === 0) {
      this.#head = part
      this.#isLent = true
    } else {
      this.#makeRoom(held, part.length)
      this.#head.set(part, held)
    }
  }

  get #held(): number {
    return Math.max(0, this.#length - this.#base)
  }

  #letGo(start: number): void {
    const rest = this.#head.subarray(start - this.#base, this.#held)
    // Not a view, which would hold all of it.
    this.#head = this.#isLent ? rest : rest.slice()
    this.#base = start
  }

  /** Twice as much each time, so that many short chunks are not copied again and again. */
  #makeRoom(held: number, more: number): void {
    if (held + more <= this.#head.length) return
    const grown = new Uint8Array(Math.max(2 * this.#head.length, held + more))
    grown.set(this.#head)
    this.#head = grown
  }

  async #next(): Promise<Uint8Array | undefined> {
    const { done, value } = await this.#iterator.next()
    if (done !== true) return value
    this.#ended = true
    return undefined
  }
}

/** The bytes end within something that a header announced. */
export function truncated(): GantryError {
  return new GantryError('integrity', 'Truncated DICOM: the data end within the pixel data.', { retryable: false })
}

export function malformed(why: string): GantryError {
  return new GantryError('invalid', `Malformed DICOM: ${why}.`)
}
