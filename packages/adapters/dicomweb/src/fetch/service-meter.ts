import type { Measured } from './choose-way.ts'
import { createWidth, narrow, type Width, widen } from './width.ts'

/** How much of what is new counts. */
const weight = 0.2

/** What one service has shown so far: how it answers, and how much it bears. */
export class ServiceMeter {
  #measured: Measured | undefined
  #width: Width

  /** Begins with so many side by side. */
  constructor(width: number) {
    this.#width = createWidth(width)
  }

  get measured(): Measured | undefined {
    return this.#measured
  }

  get width(): number {
    return Math.floor(this.#width.limit)
  }

  /**
   * An instance came: after how many milliseconds its head, and in how many so many bytes of its body; `size` of it in
   * all, if that is known.
   */
  note(latency: number, duration: number, bytes: number, size = bytes): void {
    const rate = bytes / Math.max(duration, 0.05)
    const before = this.#measured ?? { latency, rate, size }
    this.#measured = {
      // Waits grow with what else is asked for; how far away the service is, the shorter ones tell.
      latency: latency < before.latency ? latency : before.latency + (latency - before.latency) * weight * weight,
      rate: before.rate + (rate - before.rate) * weight,
      size: before.size + (size - before.size) * weight,
    }
    this.#width = widen(this.#width)
  }

  throttled(inFlight: number): void {
    this.#width = narrow(this.#width, inFlight)
  }
}
