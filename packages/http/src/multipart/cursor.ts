import { type Bytes, GantryError } from '@gantry/core/driver'

const none = new Uint8Array()

/** Where a reader is in a body. Bytes that it shows are lent until it is filled again. */
export class Cursor {
  readonly #chunks: AsyncIterator<Uint8Array>
  #chunk: Uint8Array = none

  constructor(body: Bytes) {
    this.#chunks = body[Symbol.asyncIterator]()
  }

  /** What is at hand. */
  get rest(): Uint8Array {
    return this.#chunk
  }

  /** Has at least a byte at hand; false at the end. */
  async more(): Promise<boolean> {
    while (this.#chunk.length === 0) {
      const { done, value } = await this.#chunks.next()
      if (done === true) return false
      this.#chunk = value
    }
    return true
  }

  /** The same, where the body must go on. */
  async fill(): Promise<void> {
    if (!(await this.more())) throw cutOff()
  }

  skip(count: number): void {
    this.#chunk = this.#chunk.length === count ? none : this.#chunk.subarray(count)
  }

  async close(): Promise<void> {
    await this.#chunks.return?.()
  }
}

/** A body that is not all: it may look like a normal end to HTTP. */
function cutOff(): GantryError {
  return new GantryError('unavailable', 'A multipart body ended before it was whole: try again.')
}

export function malformed(what: string): GantryError {
  return new GantryError('integrity', `A multipart body is malformed: ${what}.`)
}
