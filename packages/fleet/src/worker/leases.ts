import { setTimeout as sleep } from 'node:timers/promises'

import { partJobId } from '../fleet-names.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { PartKey } from '../ledger/records.ts'
import { Lease, type Moment, moment } from './lease.ts'

/** Milliseconds between looks, at most: as long as it takes until a part hears that it was cancelled. */
const lookEvery = 2000
/** Looks in the time that a lease lasts, at least. */
const looks = 6

interface Held extends PartKey {
  readonly holder: string
  readonly lease: Lease
}

/** Leases of the parts that are worked on, which the ledger is asked for all the time. */
export class Leases {
  readonly #ledger: Ledger
  /** Milliseconds that one lasts. */
  readonly lasts: number
  readonly #held = new Set<Held>()
  #timer: NodeJS.Timeout | undefined
  #looking = false

  constructor(ledger: Ledger, lasts: number) {
    this.#ledger = ledger
    this.lasts = lasts
  }

  /** `asked`: when the ledger was asked for the part that it gave to `holder`. Ends with `stop`. */
  hold(
    part: PartKey,
    { holder, asked, stop }: { readonly holder: string; readonly asked: Moment; readonly stop: AbortSignal },
  ): { readonly lease: Lease; readonly done: () => void } {
    this.#timer ??= setInterval(() => void this.#look(), Math.min(lookEvery, this.lasts / looks)).unref()
    const lease = new Lease(this.lasts, asked, stop)
    const held = { ...part, holder, lease }
    this.#held.add(held)
    const done = () => {
      this.#held.delete(held)
      lease.close()
    }
    return { lease, done }
  }

  /** The queue says of these jobs that they are not this worker's any more. */
  lost(jobs: readonly string[]): void {
    for (const { study, run, part, lease } of this.#held)
      if (jobs.includes(partJobId(study, run, part))) lease.end('lost')
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  async #look(): Promise<void> {
    const held = [...this.#held].filter(({ lease }) => lease.ended === undefined)
    if (this.#looking || held.length === 0) return
    this.#looking = true
    const done = new AbortController()
    // One that hangs must not keep others from being made.
    const late = sleep(this.lasts / 2, undefined, { signal: done.signal, ref: false }).catch(() => {})
    await Promise.race([this.#renew(held), late])
    done.abort()
    this.#looking = false
  }

  async #renew(held: readonly Held[]): Promise<void> {
    const asked = moment()
    try {
      const holders = await this.#ledger.holders(held)
      for (const { study, run, part, holder, lease } of held) {
        const now = holders.find((one) => one.study === study && one.part === part)
        if (now?.run !== run) lease.end('cancelled')
        // A PostgreSQL that was killed may have forgotten the holder: that is nobody else.
        else if (now.holder !== null && now.holder !== holder) lease.end('lost')
        else lease.renew(asked)
      }
    } catch {
      // A ledger that does not answer is asked again, until the leases are over.
    }
  }
}
