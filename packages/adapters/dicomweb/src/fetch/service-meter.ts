import type { Measured } from './choose-way.ts'
import { createWidth, narrow, type Width, widen } from './width.ts'

/** How an instance came. */
export interface Observed {
  /** Milliseconds to the head of its answer. */
  readonly latency: number
  /** Milliseconds from there to its end. */
  readonly transfer: number
  /** Others that were on their way meanwhile. */
  readonly beside: number
}

/** As many are asked for side by side, behind one alone, until they have shown what they share. */
const sample = 4
/** Of the last ones, the median counts: those that open connections take longer. */
const remembered = 2 * sample

/** What one service has shown so far: how it answers, and how much it bears. */
export class ServiceMeter {
  #width: Width
  #alone: Observed | undefined
  /** Milliseconds that each added to the others, of the last ones. */
  #shared: number[] = []

  /** Begins with so many side by side. */
  constructor(width: number) {
    this.#width = createWidth(width)
  }

  get measured(): Measured | undefined {
    if (this.#alone === undefined || this.#shared.length < sample) return undefined
    const { latency, transfer } = this.#alone
    const shared = this.#shared.toSorted((a, b) => a - b)[Math.floor(this.#shared.length / 2)] as number
    return { latency, transfer, shared }
  }

  get width(): number {
    return Math.floor(this.#width.limit)
  }

  /** As many as may be on their way while nothing is known of the service, and that shall be found out. */
  get sampleWidth(): number {
    return this.#alone === undefined ? 1 : Math.min(sample, this.width)
  }

  /** An instance came, whole. */
  note(observed: Observed): void {
    const { latency, transfer, beside } = observed
    if (beside === 0) {
      this.#alone = observed
      return
    }
    if (this.#alone === undefined) return
    const more = latency + transfer - this.#alone.latency - this.#alone.transfer
    this.#shared = [...this.#shared, Math.max(0, more / beside)].slice(-remembered)
  }

  answered(): void {
    this.#width = widen(this.#width)
  }

  throttled(inFlight: number): void {
    this.#width = narrow(this.#width, inFlight)
  }
}
