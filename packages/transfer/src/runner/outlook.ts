import type { Expected } from '@gantry/core'

import type { JournalEntry } from '../journal/journal.ts'
import type { EntryDesk } from './entry-desk.ts'

/**
 * Tells source and destination what they are soon asked for, where they make use of that: as many entries ahead as are under
 * way at a time, and up to twice as many.
 */
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
    const { concurrency } = this.#desk.link.state().limits
    if (this.#ahead.length > concurrency) return
    this.#looking = true
    const entries = await this.#desk.journal.upcoming(Math.max(this.#last, taken), concurrency)
    this.#looking = false
    this.#ahead.push(...entries.map(({ id }) => id))
    this.#last = entries.at(-1)?.id ?? this.#last
    this.#tell(entries)
  }

  #tell(entries: readonly JournalEntry[]): void {
    const { from, to, transforms = [] } = this.#desk.options
    const signal = this.#desk.link.signal()
    const sizeOf = ({ source }: JournalEntry) => (transforms.length === 0 ? source.size : undefined)
    const own = entries.filter(({ twin }) => twin === undefined)
    const there = own.filter(({ existing }) => existing !== undefined && existing !== 'unknown')
    const missing = own.filter(({ existing }) => existing === undefined)
    const writes = missing.filter(({ begun }) => !begun).map((one) => ({ path: one.target, size: sizeOf(one) }))
    const tell = (store: typeof from, purpose: 'read' | 'write', expected: readonly Expected[]) => {
      // Nobody waits for it, and what fails is told when the entry has its turn.
      if (store.expects && expected.length > 0) store.expect(purpose, expected, { signal }).catch(() => {})
    }
    tell(
      from,
      'read',
      missing.map(({ source: { path, size } }) => ({ path, size })),
    )
    tell(to, 'write', writes)
    // It is asked for what it has of them, and perhaps nothing of them is moved.
    tell(
      to,
      'read',
      there.map(({ target }) => ({ path: target })),
    )
  }
}
