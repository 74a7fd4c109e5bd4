import type { Bytes } from '@gantry/core/driver'

/** Gathers a body piece by piece into one memory, because its chunks are only lent; so are its pieces. */
export class Gatherer {
  readonly #chunks: AsyncIterator<Uint8Array>
  #rest: Uint8Array | undefined
  #memory = new Uint8Array()

  constructor(body: Bytes) {
    this.#chunks = body[Symbol.asyncIterator]()
  }

  /** The next bytes, up to `limit`; fewer only at the end. They hold until the next are taken. */
  async take(limit: number, expected = limit): Promise<Uint8Array> {
    this.#reserve(Math.min(limit, expected), 0)
    let length = 0
    while (length < limit) {
      const chunk = this.#rest ?? (await this.#next())
      if (chunk === undefined) break
      const count = Math.min(chunk.length, limit - length)
      if (length + count > this.#memory.length) this.#reserve(Math.min(limit, 2 * (length + count)), length)
      this.#memory.set(count === chunk.length ? chunk : chunk.subarray(0, count), length)
      length += count
      // What is left stays lent: the next chunk is asked for only when this one is used up.
      this.#rest = count === chunk.length ? undefined : chunk.subarray(count)
    }
    return this.#memory.subarray(0, length)
  }

  /** Whether nothing is left. */
  async ended(): Promise<boolean> {
    while (this.#rest === undefined || this.#rest.length === 0) {
      this.#rest = await this.#next()
      if (this.#rest === undefined) return true
    }
    return false
  }

  /** Not awaited: a producer that hangs must not keep its consumer from going on. */
  close(): void {
    Promise.resolve(this.#chunks.return?.()).catch(() => {})
  }

  #reserve(size: number, used: number): void {
    if (size <= this.#memory.length) return
    const larger = new Uint8Array(size)
    larger.set(this.#memory.subarray(0, used))
    this.#memory = larger
  }

  async #next(): Promise<Uint8Array | undefined> {
    const result = await this.#chunks.next()
    return result.done === true ? undefined : result.value
  }
}
