import { setTimeout as sleep } from 'node:timers/promises'

/** Timers that are to wait longer do not wait at all. */
const longestWait = 2 ** 31 - 1

/** A bandwidth limit for a whole job: a token bucket that holds a quarter of a second. */
export class Throttle {
  readonly #perSecond: number
  #tokens: number
  #at = performance.now()

  /** Bytes a second. */
  constructor(perSecond: number) {
    this.#perSecond = perSecond
    this.#tokens = perSecond / 4
  }

  /** Waits until so many bytes may pass; debts are paid by whoever comes next. */
  async take(bytes: number, signal: AbortSignal): Promise<void> {
    const now = performance.now()
    this.#tokens = Math.min(this.#perSecond / 4, this.#tokens + ((now - this.#at) / 1000) * this.#perSecond) - bytes
    this.#at = now
    if (this.#tokens >= 0) return
    await sleep(Math.min(longestWait, (-this.#tokens / this.#perSecond) * 1000), undefined, { signal })
  }
}
