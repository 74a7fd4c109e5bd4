import { gatheredSize, giveGather, takeGather } from '../http/slabs.ts'

/** The next bytes of a body, gathered. */
export interface Taken {
  readonly bytes: Uint8Array
  /** The body went on: what of its last chunk did not fit. Undefined when the body has ended. */
  readonly excess: Uint8Array | undefined
}

/**
 * Gathers a body, because its chunks are only lent: once, or part by part into the same memory. As the one of http does, but in
 * memory that is used again and again, and without a promise more for each chunk: most images pass through here.
 */
export class PooledGatherer {
  readonly #body: AsyncIterator<Uint8Array>
  #buffer: Buffer

  constructor(body: AsyncIterator<Uint8Array>, expected: number) {
    this.#body = body
    this.#buffer = takeGather(Math.min(expected, gatheredSize))
  }

  /** Up to `limit` bytes, beginning with `before`; what the last call gave is overwritten. */
  async take(limit: number, before?: Uint8Array): Promise<Taken> {
    let length = 0
    let chunk = before
    for (;;) {
      if (chunk === undefined) {
        const result = await this.#body.next()
        if (result.done === true) return { bytes: this.#buffer.subarray(0, length), excess: undefined }
        chunk = result.value
      }
      const count = Math.min(chunk.length, limit - length)
      this.#reserve(length + count, length, limit)
      this.#buffer.set(count === chunk.length ? chunk : chunk.subarray(0, count), length)
      length += count
      if (count < chunk.length) return { bytes: this.#buffer.subarray(0, length), excess: chunk.subarray(count) }
      chunk = undefined
    }
  }

  /** What it gave is used no more. */
  close(): void {
    giveGather(this.#buffer)
    this.#buffer = Buffer.alloc(0)
  }

  #reserve(needed: number, used: number, limit: number): void {
    if (needed <= this.#buffer.length) return
    const grown = Buffer.allocUnsafeSlow(limit)
    this.#buffer.copy(grown, 0, 0, used)
    giveGather(this.#buffer)
    this.#buffer = grown
  }
}
