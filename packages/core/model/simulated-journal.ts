import type { TakenEntry } from '../src/transfer/event.ts'
import type { Phase } from '../src/transfer/phase.ts'
import type { JobRecord } from '../src/transfer/restore.ts'
import { add, noTally, type Tally } from '../src/transfer/state.ts'

type Status = 'pending' | 'active' | 'done' | 'skipped' | 'failed'

interface Row {
  readonly id: number
  /** As far as it is known. */
  bytes: number
  /** That it turns out to have. */
  readonly real: number
  /** Rows of one number move as one. */
  readonly unit: number
  status: Status
  attempt: number
  verified: boolean
  /** How often it was brought to its end, less how often that was found wanting. */
  finished: number
}

/** The journal of a simulated job: what would survive the process, in memory. */
export class SimulatedJournal {
  phase: Phase = 'draft'
  planned = false
  readonly verify: boolean
  readonly rows = new Map<number, Row>()
  /** What was handed over by this process, by the id that it was given. */
  readonly units = new Map<number, readonly Row[]>()
  readonly #unitSize: number
  #given = 0

  constructor(verify: boolean, unitSize: number) {
    this.verify = verify
    this.#unitSize = unitSize
  }

  clearPlan(): void {
    this.planned = false
    this.rows.clear()
  }

  plan(id: number, bytes: number, real: number): void {
    const unit = Math.floor((id - 1) / this.#unitSize)
    this.rows.set(id, { id, bytes, real, unit, status: 'pending', attempt: 0, verified: true, finished: 0 })
  }

  /** Hands over up to `count` units of pending entries: any of them, because the order is the journal's affair. */
  take(count: number, first: number): TakenEntry[] {
    const pending = [...this.rows.values()].filter(({ status }) => status === 'pending')
    const turned = pending.map((_, index) => pending[(index + first) % pending.length] as Row)
    const chosen = [...new Set(turned.map(({ unit }) => unit))].slice(0, count)
    return chosen.map((unit) => {
      const rows = pending.filter((row) => row.unit === unit)
      for (const row of rows) Object.assign(row, { status: 'active', attempt: row.attempt + 1 })
      this.#given += 1
      this.units.set(this.#given, rows)
      const bytes = rows.reduce((sum, row) => sum + row.bytes, 0)
      return { id: this.#given, entries: rows.length, bytes, attempt: Math.max(...rows.map(({ attempt }) => attempt)) }
    })
  }

  /** Ends an entry that is being moved; what was ended already must not be ended again. What is only left where it is, teaches nothing. */
  finish(id: number, status: 'done' | 'skipped', verified: boolean): void {
    const row = this.row(id)
    if (row.status !== 'active') throw new Error(`Entry ${id} was ${row.status} and is ${status} again.`)
    Object.assign(row, { status, verified, finished: row.finished + 1 })
    if (status === 'done' || verified) row.bytes = row.real
  }

  /** What is left of a unit. */
  active(unit: number): readonly Row[] {
    return (this.units.get(unit) ?? []).filter(({ status }) => status === 'active')
  }

  set(id: number, status: 'pending' | 'failed'): void {
    const row = this.row(id)
    if (row.status === 'done' || row.status === 'skipped') row.finished -= 1
    row.status = status
  }

  retried(id: number, attempt: number): void {
    this.row(id).attempt = attempt
  }

  reopen(): void {
    for (const row of this.rows.values()) {
      if (row.status === 'failed') Object.assign(row, { status: 'pending', attempt: 0 })
    }
  }

  row(id: number): Row {
    const row = this.rows.get(id)
    if (row === undefined) throw new Error(`There is no entry ${id}.`)
    return row
  }

  /** Entries in one of these states. */
  having(...statuses: readonly Status[]): Row[] {
    return [...this.rows.values()].filter(({ status }) => statuses.includes(status))
  }

  load(): JobRecord {
    const { phase, planned, verify } = this
    return {
      phase,
      planned,
      verify,
      sized: this.having('pending', 'active', 'done', 'skipped', 'failed').every(({ bytes, real }) => bytes === real),
      total: this.#tally('pending', 'active', 'done', 'skipped', 'failed'),
      pending: this.#tally('pending', 'active'),
      done: this.#tally('done'),
      skipped: this.#tally('skipped'),
      failed: this.#tally('failed'),
      unverified: this.having('done').filter(({ verified }) => !verified).length,
    }
  }

  /** What was on its way when the process was gone is pending again. */
  recover(): void {
    for (const row of this.having('active')) row.status = 'pending'
    this.units.clear()
  }

  #tally(...statuses: readonly Status[]): Tally {
    return this.having(...statuses).reduce((sum, { bytes }) => add(sum, bytes), noTally)
  }
}
