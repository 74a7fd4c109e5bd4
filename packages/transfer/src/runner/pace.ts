import {
  adaptConcurrency,
  type ConcurrencyState,
  createConcurrency,
  type ErrorCode,
  measureRate,
  type Rate,
} from '@gantry/core'

/** Milliseconds. While a job has just begun, it counts for more to know soon than to know well. */
const leastWindow = 900
const leastRising = 225
/** A window in which few entries were over says nothing of how many there should be at a time; this long is long enough. */
const longestRising = 500

/** How fast a job goes: counts what passes, for the rate that people see and for the concurrency that suits. */
export class Pace {
  #concurrency: ConcurrencyState
  #window = { bytes: 0, entries: 0, throttled: 0, at: performance.now() }
  #rate: Rate | undefined
  #passed = 0

  constructor(concurrency: number) {
    this.#concurrency = createConcurrency(concurrency)
  }

  /** Forgets the time in which nothing was to move. */
  restart(): void {
    this.#window = { bytes: 0, entries: 0, throttled: 0, at: performance.now() }
    this.#rate = measureRate(undefined, this.#passed, performance.now())
  }

  moved(bytes: number): void {
    this.#window.bytes += bytes
    this.#passed += bytes
  }

  finished(): void {
    this.#window.entries += 1
  }

  /** A service that asks for less, in so many words or by not keeping up. */
  failed(code: ErrorCode, retryAfter: number | undefined): void {
    if (code === 'rate_limited' || retryAfter !== undefined) this.#window.throttled += 1
  }

  /** Bytes a second, smoothed. */
  get rate(): number {
    return this.#rate?.perSecond ?? 0
  }

  measure(): void {
    this.#rate = measureRate(this.#rate, this.#passed, performance.now())
  }

  /** Closes a window that is long enough, and says how many entries at a time there should be. */
  adapt(): number {
    const now = performance.now()
    const { at, ...counts } = this.#window
    if (now - at < this.#least()) return this.#concurrency.limit
    this.#window = { bytes: 0, entries: 0, throttled: 0, at: now }
    this.#concurrency = adaptConcurrency(this.#concurrency, { elapsed: now - at, ...counts })
    return this.#concurrency.limit
  }

  #least(): number {
    const { rising, limit } = this.#concurrency
    if (!rising) return leastWindow
    return this.#window.entries < limit ? longestRising : leastRising
  }
}
