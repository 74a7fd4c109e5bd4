import { type Bytes, GantryError } from '@gantry/core/driver'

/** Hands out parts of one body, one after another, without copying what passes. */
export class SliceCursor {
  readonly #iterator: AsyncIterator<Uint8Array>
  #rest: Uint8Array = new Uint8Array(0)
  readonly #passed: ((piece: Uint8Array) => Promise<void>) | undefined
  #position: number
  #failed = false
  #short = false

  /** `passed` is handed every piece that is left behind, in order, before the next is asked for. */
  constructor(body: Bytes, position: number, passed?: (piece: Uint8Array) => Promise<void>) {
    this.#iterator = body[Symbol.asyncIterator]()
    this.#position = position
    this.#passed = passed
  }

  /** Where the next byte comes from. */
  get position(): number {
    return this.#position
  }

  /** The body behind has failed: nothing more will come. */
  get failed(): boolean {
    return this.#failed
  }

  /** The body came to its end, and more was asked for. */
  get short(): boolean {
    return this.#short
  }

  /** Whether there are no more bytes. */
  async ended(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const result = await this.#step()
      if (result.done === true) return true
      this.#rest = result.value
    }
    return false
  }

  /** Passes over what comes before `position`. */
  async skipTo(position: number): Promise<void> {
    while (this.#position < position) await this.#take((await this.#more(1)).subarray(0, position - this.#position))
  }

  /** The next `count` bytes, which stay; valid until something else is asked for. */
  async peek(count: number): Promise<Uint8Array> {
    if (this.#rest.length >= count) return this.#rest.subarray(0, count)
    const bytes = new Uint8Array(count)
    bytes.set(this.#rest)
    for (let have = this.#rest.length; have < count;) {
      const chunk = await this.#next()
      bytes.set(chunk.subarray(0, count - have), have)
      have += chunk.length
      if (have < count) continue
      // What is left of the last chunk is still lent; what was peeked is ours.
      const joined = new Uint8Array(have)
      joined.set(bytes)
      joined.set(chunk.subarray(chunk.length - (have - count)), count)
      this.#rest = joined
    }
    return this.#rest.subarray(0, count)
  }

  /** The next `size` bytes as a body. Whoever closes it early leaves the rest to `skipTo`. */
  take(size: number): AsyncIterableIterator<Uint8Array> {
    return this.#slice(this.#position + size)
  }

  /** All that is left, as a body. */
  async *rest(): AsyncGenerator<Uint8Array, void, undefined> {
    while (!(await this.ended())) {
      const piece = this.#rest
      await this.#take(piece)
      yield piece
    }
  }

  async close(): Promise<void> {
    await this.#iterator.return?.()
  }

  async *#slice(end: number): AsyncGenerator<Uint8Array, void, undefined> {
    while (this.#position < end) {
      const piece = (await this.#more(1)).subarray(0, end - this.#position)
      await this.#take(piece)
      yield piece
    }
  }

  async #take(piece: Uint8Array): Promise<void> {
    await this.#passed?.(piece)
    this.#rest = this.#rest.subarray(piece.length)
    this.#position += piece.length
  }

  async #more(least: number): Promise<Uint8Array> {
    if (this.#rest.length < least) this.#rest = await this.#next()
    return this.#rest
  }

  async #next(): Promise<Uint8Array> {
    for (;;) {
      const result = await this.#step()
      if (result.done === true) {
        this.#failed = true
        this.#short = true
        throw new GantryError('integrity', 'The tar ends before the instance does.')
      }
      if (result.value.length > 0) return result.value
    }
  }

  async #step(): Promise<IteratorResult<Uint8Array>> {
    try {
      return await this.#iterator.next()
    } catch (error) {
      this.#failed = true
      throw error
    }
  }
}
