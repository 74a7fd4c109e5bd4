import type { Tally } from '@gantry/core'

import type { JournalEntry } from '../journal/journal.ts'

/** Why an entry of a parcel is not done yet. */
export interface EntryTrouble {
  readonly error: unknown
  readonly fromSource: boolean
}

/** A parcel that is being moved: what is left of it. */
export class UnitInFlight {
  /** As the machine calls it; negative, so that it is no entry's. */
  readonly id: number
  /** As the journal calls it. */
  readonly parcel: string
  readonly #left = new Map<number, JournalEntry>()
  #bytes = 0
  /** Of this attempt, by entry. */
  readonly troubles = new Map<number, EntryTrouble>()
  /** Of all attempts. */
  readonly #times = new Map<number, number>()

  constructor(id: number, parcel: string, entries: readonly JournalEntry[]) {
    this.id = id
    this.parcel = parcel
    for (const entry of entries) {
      this.#left.set(entry.id, entry)
      this.#bytes += entry.source.size ?? 0
    }
  }

  get entries(): readonly JournalEntry[] {
    return [...this.#left.values()]
  }

  get left(): Tally {
    return { entries: this.#left.size, bytes: this.#bytes }
  }

  has(id: number): boolean {
    return this.#left.has(id)
  }

  troubled(id: number, trouble: EntryTrouble): void {
    this.troubles.set(id, trouble)
    this.#times.set(id, this.timesOf(id) + 1)
  }

  /** How often an entry had a trouble of its own. */
  timesOf(id: number): number {
    return this.#times.get(id) ?? 0
  }

  /** It has come to its end. */
  settle(id: number): void {
    const entry = this.#left.get(id)
    if (entry === undefined) return
    this.#left.delete(id)
    this.#bytes -= entry.source.size ?? 0
    this.troubles.delete(id)
  }

  /** As it stands now in the journal; its bytes were planned once. */
  replace(entry: JournalEntry): void {
    if (this.#left.has(entry.id)) this.#left.set(entry.id, entry)
  }
}
