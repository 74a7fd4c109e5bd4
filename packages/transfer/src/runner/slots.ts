import { GantryError } from '@gantry/core'

/** How many bodies move at a time in a whole job, whatever the number of parcels that they belong to. */
export class Slots {
  readonly #limit: () => number
  readonly #waiting: (() => void)[] = []
  #taken = 0

  constructor(limit: () => number) {
    this.#limit = limit
  }

  /** Waits for a free slot and does the work in it. */
  async within<Value>(signal: AbortSignal, work: () => Promise<Value>): Promise<Value> {
    while (this.#taken >= this.#limit()) await this.#turn(signal)
    if (signal.aborted) throw new GantryError('cancelled', 'Stopped on request.', { cause: signal.reason })
    this.#taken += 1
    try {
      return await work()
    } finally {
      this.#taken -= 1
      this.#waiting.shift()?.()
    }
  }

  async #turn(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const wake = () => {
        signal.removeEventListener('abort', stop)
        resolve()
      }
      const stop = () => {
        this.#waiting.splice(this.#waiting.indexOf(wake), 1)
        reject(new GantryError('cancelled', 'Stopped on request.', { cause: signal.reason }))
      }
      if (signal.aborted) return stop()
      this.#waiting.push(wake)
      signal.addEventListener('abort', stop, { once: true })
    })
  }
}
