import type { TakenEntry, TransferEvent } from '@gantry/core'

import type { JournalEntry } from '../journal/journal.ts'
import { Attempts } from './attempts.ts'
import type { EntryContext } from './entry-context.ts'
import type { EntryDesk } from './entry-desk.ts'
import { isOfIntegrity } from './error-facts.ts'
import { moveEntry } from './move-entry.ts'

/** Moves the entries that the machine picks, and tells what came of each: first the journal, then the machine. */
export class EntryRunner {
  readonly #desk: EntryDesk
  readonly #taken = new Map<number, JournalEntry>()
  readonly #attempts: Attempts

  constructor(desk: EntryDesk) {
    this.#desk = desk
    this.#attempts = new Attempts(desk)
  }

  taken(entry: JournalEntry): TakenEntry {
    this.#taken.set(entry.id, entry)
    // Attempts are counted anew by every process: what ended the earlier one was none of the entry's faults.
    return { id: entry.id, bytes: entry.source.size ?? 0, attempt: 1 }
  }

  async transfer(id: number, attempt: number): Promise<void> {
    const signal = this.#desk.link.signal()
    const watched = this.#desk.link.watchdog.watch(signal)
    let entry = this.#taken.get(id)
    let context: EntryContext | undefined
    try {
      if (entry === undefined || attempt > 1) {
        entry = await this.#desk.journal.entry(id)
        this.#taken.set(id, entry)
      }
      if (signal.aborted) return await this.#release(id)
      context = this.#desk.contextOf(entry, watched)
      this.#desk.emit('entry:start', entry, { attempt })
      const outcome = await watched.over(moveEntry(context))
      if (outcome.type === 'done') {
        const { read, ...receipt } = outcome.sent
        await this.#desk.journal.record({ type: 'done', id, receipt, size: read })
        this.#desk.link.pace.finished()
        const { digests, verified } = receipt
        const done = { ...entry, source: { ...entry.source, size: read } }
        const told = { type: 'entry:done', id, verified, bytes: read } as const
        this.#leave(told, () => this.#desk.emit('entry:done', done, { digests, verified }))
      } else {
        const { reason, size = entry.source.size } = outcome
        const learned = size === undefined ? {} : { size }
        await this.#desk.journal.record({ type: 'skipped', id, reason, ...learned })
        if (context.asked) this.#desk.link.pace.finished()
        const skipped = { ...entry, source: { ...entry.source, ...learned } }
        const told = { type: 'entry:skipped', id, ...(size !== undefined && { bytes: size }) } as const
        this.#leave(told, () => this.#desk.emit('entry:skip', skipped, { reason }))
      }
    } catch (error) {
      if (isOfIntegrity(error)) await this.#desk.journal.record({ type: 'doubted', id })
      if (signal.aborted) return await this.#release(id)
      const why = watched.stalled ?? error
      const fromSource = context?.sourceError !== undefined
      const forget = () => this.#forget(id)
      this.#attempts.failed({ id, left: [{ id, entry, error: why }], error: why, fromSource, forget })
    } finally {
      watched.close()
    }
  }

  async wait(id: number, attempt: number, retryAfter: number | undefined): Promise<void> {
    const entry = this.#taken.get(id)
    const due = await this.#attempts.waitFor(id, entry === undefined ? [] : [entry], attempt, retryAfter)
    if (!due) await this.#release(id)
  }

  async #release(id: number): Promise<void> {
    await this.#desk.journal.record({ type: 'released', id })
    this.#leave({ type: 'entry:released', id })
  }

  #leave(event: Extract<TransferEvent, { readonly id: number }>, tell?: () => void): void {
    this.#forget(event.id)
    this.#desk.link.dispatch(event, tell)
  }

  #forget(id: number): void {
    this.#desk.stopped(id)
    this.#taken.delete(id)
    this.#attempts.forget(id)
  }
}
