import type { Bytes } from '@gantry/core'
import type { HeaderSource } from '@gantry/dicom'

import type { HeaderRoom } from './header-room.ts'

/** What is kept grows by as much again, but by no more than this: what is room for nothing counts, too. */
const longestStep = 8 * 2 ** 20

/** A body whose beginning is looked at before it is passed on: what was looked at is kept, and given again. */
export class PrefixSource implements HeaderSource {
  readonly size?: number
  readonly #iterator: AsyncIterator<Uint8Array>
  readonly #room: HeaderRoom
  #bytes = new Uint8Array(0)
  #length = 0
  #over = false

  constructor(body: Bytes, size: number | undefined, room: HeaderRoom) {
    this.#room = room
    this.#iterator = body[Symbol.asyncIterator]()
    if (size !== undefined) this.size = size
  }

  async read(start: number, end: number): Promise<Uint8Array> {
    while (this.#length < end && !this.#over) {
      const { done, value } = await this.#iterator.next()
      if (done === true) this.#over = true
      else this.#keep(value)
    }
    return this.#bytes.slice(Math.min(start, this.#length), Math.min(end, this.#length))
  }

  /** All of the body, from its first byte. */
  async *body(): AsyncGenerator<Uint8Array, void, undefined> {
    if (this.#length > 0) yield this.#bytes.subarray(0, this.#length)
    this.release()
    while (!this.#over) {
      const { done, value } = await this.#iterator.next()
      if (done === true) this.#over = true
      else yield value
    }
  }

  /** Lets go of what was kept. */
  release(): void {
    this.#room.change(this.#bytes.length, 0)
    this.#bytes = new Uint8Array(0)
    this.#length = 0
  }

  #keep(chunk: Uint8Array): void {
    const length = this.#length + chunk.length
    if (length > this.#bytes.length) {
      const known = this.#bytes.length
      const capacity = Math.max(length, Math.min(known * 2, known + longestStep), 64 * 1024)
      this.#room.change(known, capacity)
      const grown = new Uint8Array(capacity)
      grown.set(this.#bytes.subarray(0, this.#length))
      this.#bytes = grown
    }
    this.#bytes.set(chunk, this.#length)
    this.#length = length
  }
}
