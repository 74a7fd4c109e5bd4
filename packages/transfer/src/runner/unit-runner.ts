import { setTimeout as sleep } from 'node:timers/promises'

import type { JobOptions } from '../job.ts'
import { EntryDesk, type JobLink } from './entry-desk.ts'
import { EntryRunner } from './entry-runner.ts'
import { Outlook } from './outlook.ts'
import { ParcelRunner } from './parcel-runner.ts'

/** Entries in flight, of parcels together, from which on no more are taken: each of them takes memory. */
const mostInFlight = 8192
/** Milliseconds between looks whether there is room again. */
const everyLook = 50

/** Moves the units that the machine picks: single entries, and parcels of several. */
export class UnitRunner {
  readonly #desk: EntryDesk
  readonly #entries: EntryRunner
  readonly #parcels: ParcelRunner
  readonly #outlook: Outlook

  constructor(options: JobOptions, link: JobLink) {
    this.#desk = new EntryDesk(options, link)
    this.#entries = new EntryRunner(this.#desk)
    this.#parcels = new ParcelRunner(this.#desk)
    this.#outlook = new Outlook(this.#desk)
  }

  /** Bytes that pass, as core's `progressOf` asks for them. */
  get passing(): Pick<EntryDesk, 'moving' | 'comparing' | 'compared'> {
    return this.#desk
  }

  /** Counts from nothing what is compared from here on; what is returned is to be told of what is read back. */
  compareAnew(): (bytes: number) => void {
    this.#desk.compared = 0
    return (bytes) => this.#desk.count(bytes)
  }

  /** Parts that were tried again within an attempt at their entry. */
  get partRetries(): number {
    return this.#desk.partRetries
  }

  /** Takes pending units from the journal; answered by `entries:taken`. */
  async take(count: number): Promise<void> {
    const { link, journal } = this.#desk
    const signal = link.signal()
    while (this.#inFlight() >= mostInFlight && !signal.aborted) await sleep(everyLook)
    const units = await journal.take(count, mostInFlight)
    const entries = units.flatMap((unit) => {
      if (unit.parcel !== undefined) return [this.#parcels.taken(unit.parcel, unit)]
      return unit.entries.map((entry) => this.#entries.taken(entry))
    })
    link.dispatch({ type: 'entries:taken', entries })
    const last = units.at(-1)?.entries.at(-1)?.id
    if (last !== undefined && !signal.aborted) await this.#outlook.look(last)
  }

  /** The job may do more at a time than before. */
  limitChanged(): void {
    this.#desk.slots.look()
  }

  async transfer(id: number, attempt: number): Promise<void> {
    await (this.#parcels.has(id) ? this.#parcels : this.#entries).transfer(id, attempt)
  }

  async wait(id: number, attempt: number, retryAfter: number | undefined): Promise<void> {
    await (this.#parcels.has(id) ? this.#parcels : this.#entries).wait(id, attempt, retryAfter)
  }

  #inFlight(): number {
    let entries = 0
    for (const unit of this.#desk.link.state().inFlight.values()) entries += unit.entries
    return entries
  }
}
