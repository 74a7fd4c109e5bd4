import type { Measured } from './choose-way.ts'
import { createWidth, narrow, type Width, widen } from './width.ts'

/** How an instance came. */
export interface Observed {
  /** Milliseconds to the head of its answer. */
  readonly latency: number
  /** Milliseconds from there to its end, or until as much of it had come as is read ahead. */
  readonly transfer: number
  /** Others that were on their way meanwhile. */
  readonly beside: number
  /** A connection was opened for it, which takes a while of its own. */
  readonly opened: boolean
}

/** As many that came side by side show what they share. */
const enough = 4
/** Of the last ones, the median counts. */
const remembered = 2 * enough

/** What one service has shown so far: how it answers, and how much it bears. */
export class ServiceMeter {
  #width: Width
  #alone: Observed | undefined
  /** Milliseconds that each added to the others, of the last ones. */
  #shared: number[] = []
  /** As many were on their way together at most: about as many connections are open. */
  #most = 1

  /** Begins with so many side by side. */
  constructor(width: number) {
    this.#width = createWidth(width)
  }

  get measured(): Measured | undefined {
    if (this.#alone === undefined) return undefined
    const { latency, transfer } = this.#alone
    const sorted = this.#shared.toSorted((a, b) => a - b)
    return { latency, transfer, shared: sorted.length < enough ? undefined : sorted[Math.floor(sorted.length / 2)] }
  }

  get width(): number {
    return Math.floor(this.#width.limit)
  }

  /** One more is asked for, as many as these together; whether that opens a connection. */
  asked(together: number): boolean {
    const opens = together > this.#most
    if (opens) this.#most = together
    return opens
  }

  /** An instance came, or as much of it as is read ahead. */
  note(observed: Observed): void {
    const { latency, transfer, beside, opened } = observed
    if (beside === 0) {
      this.#alone = observed
      return
    }
    if (this.#alone === undefined || opened) return
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
