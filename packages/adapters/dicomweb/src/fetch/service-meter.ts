import type { Measured } from './choose-way.ts'
import { createWidth, narrow, type Width, widen } from './width.ts'

/** How an instance came: milliseconds to the head of its answer, and from there to its end. */
export interface Observed {
  readonly latency: number
  readonly transfer: number
}

/** What one service has shown so far: how it answers, and how much it bears. */
export class ServiceMeter {
  #width: Width
  #alone: Observed | undefined
  readonly #together: number[] = []

  /** Begins with so many side by side. */
  constructor(width: number) {
    this.#width = createWidth(width)
  }

  get measured(): Measured | undefined {
    if (this.#alone === undefined || this.#together.length === 0) return undefined
    const { latency, transfer } = this.#alone
    const together = this.#together.reduce((sum, one) => sum + one, 0) / this.#together.length
    return { latency, transfer, kept: Math.min(1, (latency + transfer) / Math.max(together, 0.01)) }
  }

  get width(): number {
    return Math.floor(this.#width.limit)
  }

  /** An instance came, while no other was asked for. */
  noteAlone(observed: Observed): void {
    this.#alone = observed
    this.#together.length = 0
  }

  /** Some came, side by side. */
  noteTogether({ latency, transfer }: Observed): void {
    this.#together.push(latency + transfer)
  }

  answered(): void {
    this.#width = widen(this.#width)
  }

  throttled(inFlight: number): void {
    this.#width = narrow(this.#width, inFlight)
  }
}
