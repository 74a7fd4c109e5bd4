import { type Bytes, GantryError } from '@gantry/core'
import type { HeaderSource } from '@gantry/dicom'

/** A body of which the beginning is looked at before it is passed on. */
export class ByteStream implements HeaderSource {
  readonly #iterator: AsyncIterator<Uint8Array>
  /** All from the start to where it was read, and room for more: the first chunk itself, as long as no other was asked for. */
  #head: Uint8Array = new Uint8Array(0)
  #isLent = false
  #length = 0
  #ended = false
  /** Of the head, what has been passed on. */
  #passed = 0

  constructor(body: Bytes) {
    this.#iterator = body[Symbol.asyncIterator]()
  }

  async read(start: number, end: number): Promise<Uint8Array> {
    while (this.#length < end && !this.#ended) await this.#more()
    const to = Math.min(end, this.#length)
    // What is read of a chunk outlives it; most chunks are much longer than that.
    return this.#isLent ? this.#head.slice(start, to) : this.#head.subarray(start, to)
  }

  /** All from `start` on, chunk after chunk; what was looked at comes first. */
  async *from(start: number): AsyncGenerator<Uint8Array, void, undefined> {
    this.#passed = start
    if (this.#passed < this.#length) yield this.#head.subarray(this.#passed, this.#length)
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
    const isFirst = this.#length === 0
    this.#isLent = false
    const chunk = await this.#next()
    if (chunk === undefined || chunk.length === 0) return
    if (isFirst) {
      this.#head = chunk
      this.#isLent = true
    } else {
      this.#makeRoom(chunk.length)
      this.#head.set(chunk, this.#length)
    }
    this.#length += chunk.length
  }

  /** Twice as much each time, so that many short chunks are not copied again and again. */
  #makeRoom(more: number): void {
    if (this.#length + more <= this.#head.length) return
    const grown = new Uint8Array(Math.max(2 * this.#head.length, this.#length + more))
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
