import { GantryError } from '@gantry/core'

/** Memory for parts on their way, of a whole job: this many bytes, whatever the number of entries. */
const defaultBudget = 48 * 1024 * 1024

/** Lends buffers, and lets askers wait while all are out. */
export class PartBuffers {
  readonly #budget: number
  readonly #free: Uint8Array<ArrayBuffer>[] = []
  readonly #waiting: (() => void)[] = []
  #bytes = 0

  constructor(budget = defaultBudget) {
    this.#budget = budget
  }

  /** A buffer of `size` bytes; given back with `release`. */
  async take(size: number, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    for (;;) {
      if (signal.aborted) {
        // Whoever woke this one meant somebody who still wants a buffer.
        this.#waiting.shift()?.()
        throw new GantryError('cancelled', 'Stopped on request.', { cause: signal.reason })
      }
      const index = this.#free.findIndex((buffer) => buffer.byteLength >= size)
      const [kept] = index < 0 ? [] : this.#free.splice(index, 1)
      if (kept !== undefined) return kept.subarray(0, size)
      if (this.#bytes === 0 || this.#bytes + size <= this.#budget) {
        this.#bytes += size
        return new Uint8Array(size)
      }
      const tooSmall = this.#free.pop()
      if (tooSmall !== undefined) this.#bytes -= tooSmall.byteLength
      else await this.#turn(signal)
    }
  }

  release(buffer: Uint8Array<ArrayBuffer>): void {
    this.#free.push(new Uint8Array(buffer.buffer))
    this.#waiting.shift()?.()
  }

  async #turn(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const go = () => {
        signal.removeEventListener('abort', go)
        const index = this.#waiting.indexOf(go)
        if (index >= 0) this.#waiting.splice(index, 1)
        resolve()
      }
      this.#waiting.push(go)
      signal.addEventListener('abort', go, { once: true })
    })
  }
}
