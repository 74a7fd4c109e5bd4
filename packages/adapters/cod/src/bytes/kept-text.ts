import { type Bytes, bytesOf, collect } from '@gantry/core/driver'

import { concat } from '../sqlite/record.ts'
import { decompressed, zipped } from './gzip.ts'

/** Longer text is kept compressed: a header of several megabytes is many times as long in JSON. */
export const longText = 64 * 1024

/** Text that waits for its turn, as it is or compressed. */
export class KeptText {
  /** Bytes of the text. */
  readonly size: number
  readonly #bytes: Uint8Array
  readonly #compressed: boolean

  private constructor(size: number, bytes: Uint8Array, compressed: boolean) {
    this.size = size
    this.#bytes = bytes
    this.#compressed = compressed
  }

  /** What is short enough to be at hand anyway. */
  static ofShort(text: string): KeptText {
    const bytes = new TextEncoder().encode(text)
    return new KeptText(bytes.length, bytes, false)
  }

  /** Of UTF-8, whose pieces are lent. */
  static async of(body: Bytes): Promise<KeptText> {
    const iterator = body[Symbol.asyncIterator]()
    const head: Uint8Array[] = []
    let size = 0
    while (size <= longText) {
      const { done, value } = await iterator.next()
      if (done === true) return new KeptText(size, concat(head), false)
      head.push(Uint8Array.from(value))
      size += value.length
    }
    const whole = async function* () {
      yield* head.splice(0)
      for (;;) {
        const { done, value } = await iterator.next()
        if (done === true) return
        size += value.length
        yield value
      }
    }
    try {
      const bytes = await collect(zipped(whole()), Number.MAX_SAFE_INTEGER)
      // Of its own length: what `collect` gathers in is up to twice as long.
      return new KeptText(size, Uint8Array.from(bytes), true)
    } finally {
      await iterator.return?.()
    }
  }

  /** Bytes that it takes up. */
  get held(): number {
    return this.#bytes.length
  }

  pieces(): AsyncGenerator<Uint8Array, void, undefined> {
    return this.#compressed ? decompressed(bytesOf(this.#bytes)) : bytesOf(this.#bytes)
  }

  async bytes(): Promise<Uint8Array> {
    return this.#compressed ? await collect(this.pieces(), this.size) : this.#bytes
  }
}
