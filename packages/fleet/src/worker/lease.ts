import { askedSignal } from '@gantry/transfer'

import { leaseSpare } from '../ledger/records.ts'

/** By both clocks of a process: a machine that sleeps stops the one, and who sets the time moves the other. */
export interface Moment {
  readonly steady: number
  readonly wall: number
}

export function moment(): Moment {
  return { steady: performance.now(), wall: Date.now() }
}

function since({ steady, wall }: Moment): number {
  return Math.max(performance.now() - steady, Date.now() - wall)
}

/**
 * Why a worker may not go on with a part: its run was cancelled, or another plan took the place of its; another worker has it; the
 * ledger was not heard of for too long, and may say anything by now; or the worker is to stop.
 */
export type LeaseEnd = 'cancelled' | 'lost' | 'lapsed' | 'handed back'

/**
 * A worker's leave to write what a part holds. It is over when the ledger was not heard of for as long as it lasts, counted from
 * when the ledger was asked and not from its answer, which may have lain there while the process was frozen. `signal.aborted` asks
 * the clock, because no timer goes off before what was under way goes on.
 */
export class Lease {
  readonly signal: AbortSignal
  readonly #controller = new AbortController()
  /** Milliseconds. */
  readonly #lasts: number
  readonly #stop: AbortSignal
  readonly #stopped = (): void => this.end('handed back')
  #asked: Moment
  #ended: LeaseEnd | undefined

  constructor(lasts: number, asked: Moment, stop: AbortSignal) {
    this.#lasts = lasts * (1 - leaseSpare)
    this.#asked = asked
    this.#stop = stop
    this.signal = askedSignal(this.#controller, () => this.ended !== undefined)
    if (stop.aborted) this.#stopped()
    else stop.addEventListener('abort', this.#stopped, { once: true })
  }

  get ended(): LeaseEnd | undefined {
    if (this.#ended === undefined && since(this.#asked) > this.#lasts) this.end('lapsed')
    return this.#ended
  }

  /** The ledger says that it goes on, to who asked then. One that is over stays over. */
  renew(asked: Moment): void {
    if (this.ended === undefined) this.#asked = asked
  }

  end(why: LeaseEnd): void {
    if (this.#ended !== undefined) return
    this.#ended = why
    this.#controller.abort()
  }

  close(): void {
    this.#stop.removeEventListener('abort', this.#stopped)
  }
}

/** A worker's leave to go on with a part is over: no fault of the part's, and no attempt at it. */
export class LeaseOver extends Error {
  override readonly name = 'LeaseOver'
  readonly why: LeaseEnd

  constructor(why: LeaseEnd) {
    super(why)
    this.why = why
  }
}
