import { type Bytes, GantryError } from '@gantry/core'

/** Deals out one body in consecutive pieces, without a request for each. */
export class PartReader {
  readonly #iterator: AsyncIterator<Uint8Array>
  #rest: Uint8Array = new Uint8Array(0)

  constructor(body: Bytes) {
    this.#iterator = body[Symbol.asyncIterator]()
  }

  /** The next `size` bytes as a body; to be read to its end before the next is asked for. */
  async *take(size: number): AsyncGenerator<Uint8Array, void, undefined> {
    let left = size
    while (left > 0) {
      if (this.#rest.length === 0) this.#rest = await this.#next()
      const piece = this.#rest.subarray(0, left)
      this.#rest = this.#rest.subarray(piece.length)
      left -= piece.length
      yield piece
    }
  }

  /** Copies the next `buffer.length` bytes into `buffer`. */
  async fill(buffer: Uint8Array): Promise<void> {
    let offset = 0
    for await (const piece of this.take(buffer.length)) {
      buffer.set(piece, offset)
      offset += piece.length
    }
  }

  /** Reads on to the end, which lets the store check the length and that nothing changed. */
  async finish(): Promise<void> {
    const last = this.#rest.length === 0 ? await this.#iterator.next() : { done: false }
    if (last.done !== true) throw new GantryError('integrity', 'More bytes came than were promised.')
  }

  async close(): Promise<void> {
    await this.#iterator.return?.()
  }

  async #next(): Promise<Uint8Array> {
    const result = await this.#iterator.next()
    if (result.done === true) throw new GantryError('integrity', 'Fewer bytes came than were promised.')
    return result.value
  }
}
