import type { Bytes } from '@gantry/core/driver'

/** Gathers a body piece by piece, because its chunks are only lent. Each piece is an array of its own. */
export class Gatherer {
  readonly #chunks: AsyncIterator<Uint8Array>
  #rest: Uint8Array | undefined

  constructor(body: Bytes) {
    this.#chunks = body[Symbol.asyncIterator]()
  }

  /** The next bytes, up to `limit`; fewer only at the end. */
  async take(limit: number, expected = limit): Promise<Uint8Array> {
    let piece = new Uint8Array(Math.min(limit, expected))
    let length = 0
    while (length < limit) {
      const chunk = this.#rest ?? (await this.#next())
      if (chunk === undefined) break
      const count = Math.min(chunk.length, limit - length)
      if (length + count > piece.length) piece = grown(piece, length, Math.min(limit, 2 * (length + count)))
      piece.set(count === chunk.length ? chunk : chunk.subarray(0, count), length)
      length += count
      // What is left stays lent: the next chunk is asked for only when this one is used up.
      this.#rest = count === chunk.length ? undefined : chunk.subarray(count)
    }
    return piece.subarray(0, length)
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

  async #next(): Promise<Uint8Array | undefined> {
    const result = await this.#chunks.next()
    return result.done === true ? undefined : result.value
  }
}

function grown(piece: Uint8Array, length: number, size: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(size)
  larger.set(piece.subarray(0, length))
  return larger
}
