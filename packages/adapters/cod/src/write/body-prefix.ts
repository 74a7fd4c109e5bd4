import { type Bytes, GantryError } from '@gantry/core/driver'
import type { HeaderSource } from '@gantry/dicom'

/** Longest header that is kept while it is read. */
const longestHeader = 64 * 1024 * 1024

/** The first bytes of a body, as many as a header read asks for; then all of it, from the first one on. */
export class BodyPrefix implements HeaderSource {
  readonly #iterator: AsyncIterator<Uint8Array>
  #bytes = new Uint8Array(64 * 1024)
  #length = 0
  #done = false
  readonly size?: number

  constructor(body: Bytes, size: number | undefined) {
    this.#iterator = body[Symbol.asyncIterator]()
    if (size !== undefined) this.size = size
  }

  /** What was read of it so far. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  async read(start: number, end: number): Promise<Uint8Array> {
    await this.#fill(end)
    return this.#bytes.subarray(start, Math.min(end, this.#length))
  }

  /** All of the body. */
  async *body(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      if (this.#length > 0) yield this.bytes
      while (!this.#done) {
        const result = await this.#iterator.next()
        if (result.done === true) this.#done = true
        else yield result.value
      }
    } finally {
      await this.close()
    }
  }

  /** Reads what is left of it, for nothing. */
  async drain(): Promise<void> {
    while (!this.#done) this.#done = (await this.#iterator.next()).done === true
  }

  /** Gives up what was not read. */
  async close(): Promise<void> {
    if (!this.#done) await this.#iterator.return?.()
    this.#done = true
  }

  async #fill(end: number): Promise<void> {
    while (!this.#done && this.#length < end) {
      const result = await this.#iterator.next()
      if (result.done === true) {
        this.#done = true
        return
      }
      this.#append(result.value)
    }
  }

  #append(chunk: Uint8Array): void {
    const length = this.#length + chunk.length
    if (length > longestHeader) throw new GantryError('invalid', 'The header of the image is longer than is kept.')
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
