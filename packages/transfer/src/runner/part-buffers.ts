import { GantryError } from '@gantry/core'

/** Memory for parts on their way, of a whole job: this many bytes, whatever the number of entries. */
const budget = 96 * 1024 * 1024

/** Lends buffers, and lets askers wait while all are out. */
export class PartBuffers {
  readonly #free: Uint8Array<ArrayBuffer>[] = []
  readonly #waiting: (() => void)[] = []
  #bytes = 0

  /** A buffer of at least `size` bytes, cut to `size`; given back with `release`. */
  async take(size: number, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    for (;;) {
      if (signal.aborted) throw new GantryError('cancelled', 'Stopped on request.', { cause: signal.reason })
      const index = this.#free.findIndex((buffer) => buffer.byteLength >= size)
      const [kept] = index < 0 ? [] : this.#free.splice(index, 1)
      if (kept !== undefined) return kept.subarray(0, size)
      if (this.#bytes === 0 || this.#bytes + size <= budget) {
        this.#bytes += size
        return new Uint8Array(size)
      }
      const useless = this.#free.pop()
      if (useless !== undefined) this.#bytes -= useless.byteLength
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
