import type { Shared } from '@gantry/core/side-by-side'

/** Memory for parts on their way, of a whole job: this many bytes, whatever the number of entries. */
const defaultBudget = 48 * 1024 * 1024

/** Buffers that are lent, and used again. */
export class PartBuffers implements Shared<Uint8Array<ArrayBuffer>> {
  readonly #budget: number
  readonly #free: Uint8Array<ArrayBuffer>[] = []
  #bytes = 0

  constructor(budget = defaultBudget) {
    this.#budget = budget
  }

  /** A buffer of `size` bytes. */
  take(size: number): Uint8Array<ArrayBuffer> | undefined {
    const index = this.#free.findIndex((buffer) => buffer.byteLength >= size)
    const [kept] = index < 0 ? [] : this.#free.splice(index, 1)
    if (kept !== undefined) return kept.subarray(0, size)
    while (this.#bytes > 0 && this.#bytes + size > this.#budget) {
      const tooSmall = this.#free.pop()
      if (tooSmall === undefined) return undefined
      this.#bytes -= tooSmall.byteLength
    }
    const made = new Uint8Array(size)
    this.#bytes += size
    return made
  }

  give(buffer: Uint8Array<ArrayBuffer>): void {
    this.#free.push(new Uint8Array(buffer.buffer))
  }
}
