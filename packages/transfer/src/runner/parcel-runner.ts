import { GantryError, isGantryError, noTally, type TakenEntry, type Tally } from '@gantry/core'

import type { JournalUnit } from '../journal/journal.ts'
import { Attempts, failureEvent } from './attempts.ts'
import type { EntryDesk } from './entry-desk.ts'
import { codeOf, isOfIntegrity, messageOf } from './error-facts.ts'
import { forgetSaved, moveParcel } from './move-parcel.ts'
import { discardSaved, isGivenUp, spentOf, withOthers } from './parcel-end.ts'
import type { ParcelMove, Settled } from './parcel-move.ts'
import { type EntryTrouble, UnitInFlight } from './unit-in-flight.ts'

/** Moves units of several entries, and tells what came of each entry: first the journal, then the machine. */
export class ParcelRunner {
  readonly #desk: EntryDesk
  readonly #units = new Map<number, UnitInFlight>()
  readonly #attempts: Attempts
  /** The last that works on a parcel: what is left of one that is being stopped may have been taken again. */
  readonly #tails = new Map<string, Promise<void>>()
  #given = 0

  constructor(desk: EntryDesk) {
    this.#desk = desk
    this.#attempts = new Attempts(desk)
  }

  has(id: number): boolean {
    return this.#units.has(id)
  }

  taken(parcel: string, { entries }: JournalUnit): TakenEntry {
    this.#given -= 1
    const unit = new UnitInFlight(this.#given, parcel, entries)
    this.#units.set(unit.id, unit)
    return { id: unit.id, entries: unit.left.entries, bytes: unit.left.bytes, attempt: 1 }
  }

  async transfer(id: number, attempt: number): Promise<void> {
    const unit = this.#unit(id)
    const before = this.#tails.get(unit.parcel)
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#tails.set(unit.parcel, promise)
    try {
      await before
      await this.#attempt(unit, attempt)
    } finally {
      resolve()
      if (this.#tails.get(unit.parcel) === promise) this.#tails.delete(unit.parcel)
    }
  }

  async wait(id: number, attempt: number, retryAfter: number | undefined): Promise<void> {
    const unit = this.#unit(id)
    if (!(await this.#attempts.waitFor(id, unit.entries, attempt, retryAfter))) await this.#release(unit)
  }

  async #attempt(unit: UnitInFlight, attempt: number): Promise<void> {
    const { link, journal } = this.#desk
    const signal = link.signal()
    const watched = link.watchdog.watch(signal)
    try {
      if (attempt > 1) for (const { id } of unit.entries) unit.replace(await journal.entry(id))
      if (signal.aborted) {
        await this.#release(unit)
        return
      }
      unit.troubles.clear()
      const settle = async (settled: readonly Settled[]) => await this.#settle(unit, settled)
      const saved = await journal.saved(unit.parcel)
      const move: ParcelMove = { desk: this.#desk, unit, signal, attempt, watched, settle, saved }
      await watched.over(moveParcel(move))
      if (unit.left.entries === 0) {
        await watched.over(forgetSaved(move))
        this.#forget(unit)
      } else if (signal.aborted) await this.#release(unit)
      else await this.#failed(unit, undefined)
    } catch (error) {
      if (isOfIntegrity(error)) await Promise.all(unit.entries.map(({ id }) => journal.record({ type: 'doubted', id })))
      if (signal.aborted) await this.#release(unit)
      else if (unit.left.entries === 0) this.#forget(unit)
      else await this.#failed(unit, watched.stalled ?? error)
    } finally {
      watched.close()
    }
  }

  /**
   * What is left of it, for now or for good: the machine says which. A unit that is given up gets another attempt without the
   * entries that it is given up for; where that cannot be, nothing of it is kept.
   */
  async #failed(unit: UnitInFlight, thrown: unknown): Promise<void> {
    const { link } = this.#desk
    const { id, troubles } = unit
    const { error, fromSource } = troubleOf(unit, thrown)
    const failure = failureEvent(id, error, fromSource)
    let onceMore = false
    if (isGivenUp(link.state(), failure)) {
      const spent = thrown === undefined ? spentOf(unit, link.state().limits.attempts) : undefined
      onceMore = spent !== undefined && !isGivenUp(link.state(), { ...failure, onceMore: true })
      if (spent !== undefined && onceMore) await this.#settle(unit, spent)
      else await discardSaved(this.#desk, unit.parcel)
    }
    const others = thrown === undefined ? withOthers(error) : error
    const left = unit.entries.map((entry) => ({
      id: entry.id,
      entry,
      error: troubles.get(entry.id)?.error ?? others,
    }))
    this.#attempts.failed({ id, left, error, fromSource, onceMore, forget: () => this.#forget(unit) })
  }

  /** Some of its entries are done, skipped, or failed for good. */
  async #settle(unit: UnitInFlight, settled: readonly Settled[]): Promise<void> {
    const { journal, link } = this.#desk
    const own = settled.filter(({ entry }) => unit.has(entry.id))
    if (own.length === 0) return
    await Promise.all(own.map(({ entry: { id }, outcome }) => journal.record(eventOf(id, outcome))))
    const tallies: { done: Tally; skipped: Tally; failed: Tally } = { done: noTally, skipped: noTally, failed: noTally }
    let unverified = 0
    for (const { entry, outcome } of own) {
      unit.settle(entry.id)
      this.#desk.stopped(entry.id)
      const { entries, bytes } = tallies[outcome.type]
      const size = learnedOf(outcome) ?? entry.source.size ?? 0
      tallies[outcome.type] = { entries: entries + 1, bytes: bytes + size }
      if (outcome.type === 'done') link.pace.finished()
      if (outcome.type === 'done' && !outcome.sent.verified) unverified += 1
    }
    link.dispatch({ type: 'entries:settled', id: unit.id, ...tallies, unverified, left: unit.left }, () => {
      for (const one of own) this.#tell(one)
    })
  }

  #tell({ entry, outcome }: Settled): void {
    const desk = this.#desk
    const size = learnedOf(outcome)
    const learned = size === undefined ? entry : { ...entry, source: { ...entry.source, size } }
    if (outcome.type === 'done') {
      const { digests, verified } = outcome.sent
      desk.emit('entry:done', learned, { digests, verified })
    } else if (outcome.type === 'skipped') desk.emit('entry:skip', learned, { reason: outcome.reason })
    else {
      const { error } = outcome
      desk.emit('entry:error', entry, { code: codeOf(error), message: messageOf(error) }, error)
    }
  }

  async #release(unit: UnitInFlight): Promise<void> {
    await Promise.all(unit.entries.map(({ id }) => this.#desk.journal.record({ type: 'released', id })))
    this.#forget(unit)
    this.#desk.link.dispatch({ type: 'entry:released', id: unit.id })
  }

  #forget(unit: UnitInFlight): void {
    for (const { id } of unit.entries) this.#desk.stopped(id)
    this.#units.delete(unit.id)
    this.#attempts.forget(unit.id)
  }

  #unit(id: number): UnitInFlight {
    const unit = this.#units.get(id)
    if (unit === undefined) throw new GantryError('internal', 'A parcel is moved that was never taken.')
    return unit
  }
}

/** How long an entry turned out to be. */
function learnedOf(outcome: Settled['outcome']): number | undefined {
  if (outcome.type === 'failed') return undefined
  return outcome.type === 'done' ? outcome.sent.read : outcome.size
}

function eventOf(id: number, outcome: Settled['outcome']) {
  switch (outcome.type) {
    case 'done': {
      const { read, ...receipt } = outcome.sent
      return { type: 'done', id, receipt, size: read } as const
    }
    case 'skipped':
      return { ...outcome, id }
    default:
      return { type: 'failed', id, code: codeOf(outcome.error), message: messageOf(outcome.error) } as const
  }
}

/** One error for all that is left: the parcel's own, else the first of an entry that others would not survive either. */
function troubleOf({ troubles }: UnitInFlight, thrown: unknown): EntryTrouble {
  if (thrown !== undefined) return { error: thrown, fromSource: false }
  const all = [...troubles.values()]
  const lasting = all.find(({ error }) => !isGantryError(error) || !error.retryable)
  const lost = new GantryError('internal', 'A parcel ended without a word about some of its entries.')
  return lasting ?? all[0] ?? { error: lost, fromSource: false }
}
