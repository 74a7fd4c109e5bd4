import { type Bytes, GantryError } from '@gantry/core/driver'
import type { HeaderSource } from '@gantry/dicom'

/** Longest header that is kept while it is read. */
export const longestHeader = 64 * 1024 * 1024

/**
 * The first bytes of a body, as many as a header read asks for; then all of it, from the first one on. Copied is only
 * what was asked for: the rest of a chunk stays where it is, lent, until the next is needed.
 */
export class BodyPrefix implements HeaderSource {
  readonly #iterator: AsyncIterator<Uint8Array>
  #bytes = new Uint8Array(64 * 1024)
  #length = 0
  #rest: Uint8Array = new Uint8Array(0)
  #done = false
  #full = false
  readonly size?: number

  constructor(body: Bytes, size: number | undefined) {
    this.#iterator = body[Symbol.asyncIterator]()
    if (size !== undefined) this.size = size
  }

  /** What was asked for of it so far. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  /** More was asked for than is kept. */
  get full(): boolean {
    return this.#full
  }

  async read(start: number, end: number): Promise<Uint8Array> {
    await this.#fill(end)
    return this.#bytes.subarray(start, Math.min(end, this.#length))
  }

  /** All of the body. */
  async *body(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      if (this.#length > 0) yield this.bytes
      if (this.#rest.length > 0) yield this.#rest
      while (await this.#next()) yield this.#rest
    } finally {
      await this.close()
    }
  }

  /** Reads what is left of it, for nothing. */
  async drain(): Promise<void> {
    while (await this.#next());
  }

  /** Gives up what was not read. */
  async close(): Promise<void> {
    if (!this.#done) await this.#iterator.return?.()
    this.#done = true
  }

  async #fill(end: number): Promise<void> {
    while (this.#length < end) {
      if (this.#rest.length === 0 && !(await this.#next())) return
      const piece = this.#rest.subarray(0, end - this.#length)
      this.#append(piece)
      this.#rest = this.#rest.subarray(piece.length)
    }
  }

  /** Whether there is another chunk. */
  async #next(): Promise<boolean> {
    this.#rest = this.#rest.subarray(this.#rest.length)
    if (this.#done) return false
    const result = await this.#iterator.next()
    this.#done = result.done === true
    if (result.done !== true) this.#rest = result.value
    return result.done !== true
  }

  #append(chunk: Uint8Array): void {
    const length = this.#length + chunk.length
    if (length > longestHeader) {
      this.#full = true
      throw new GantryError('invalid', 'The header of the image is longer than is kept.')
    }
    if (length > this.#bytes.length) {
      // What was handed out stays as it is: the header that is being read lies in it.
      const grown = new Uint8Array(Math.max(length, this.#bytes.length * 2))
      grown.set(this.bytes)
      this.#bytes = grown
    }
    this.#bytes.set(chunk, this.#length)
    this.#length = length
  }
}
