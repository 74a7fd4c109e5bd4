import type { Expected } from '@gantry/core'

import type { JournalEntry } from '../journal/journal.ts'
import type { EntryDesk } from './entry-desk.ts'

/** Entries that are told at a time, as soon as there are no more than half of them left. */
const told = 64

/** Tells source and destination what they are soon asked for, where they make use of that. */
export class Outlook {
  readonly #desk: EntryDesk
  /** Ids of entries that were told and not taken, in their order. */
  #ahead: number[] = []
  #last = 0
  #looking = false

  constructor(desk: EntryDesk) {
    this.#desk = desk
  }

  /** To be called when the entries up to this one were taken. */
  async look(taken: number): Promise<void> {
    const { from, to } = this.#desk.options
    if (this.#looking || !(from.expects || to.expects)) return
    this.#ahead = this.#ahead.filter((id) => id > taken)
    if (this.#ahead.length > told / 2) return
    this.#looking = true
    const entries = await this.#desk.journal.upcoming(Math.max(this.#last, taken), told)
    this.#looking = false
    this.#ahead.push(...entries.map(({ id }) => id))
    this.#last = entries.at(-1)?.id ?? this.#last
    this.#tell(entries)
  }

  #tell(entries: readonly JournalEntry[]): void {
    const { from, to, transforms = [] } = this.#desk.options
    const signal = this.#desk.link.signal()
    // Of what the destination has, or is to get from another entry, perhaps nothing is moved.
    const missing = entries.filter(({ existing, twin }) => existing === undefined && twin === undefined)
    const reads = missing.map(({ source }) => ({ path: source.path, size: source.size }))
    const writes = missing
      .filter(({ begun }) => !begun)
      .map(({ target, source }) => ({ path: target, size: transforms.length === 0 ? source.size : undefined }))
    const tell = (store: typeof from, purpose: 'read' | 'write', expected: readonly Expected[]) => {
      // Nobody waits for it, and what fails is told when the entry has its turn.
      if (store.expects && expected.length > 0) store.expect(purpose, expected, { signal }).catch(() => {})
    }
    tell(from, 'read', reads)
    tell(to, 'write', writes)
  }
}
