import { setTimeout as sleep } from 'node:timers/promises'

import { defaultRetryTiming, isGantryError, retryDelay, type TakenEntry, type TransferEvent } from '@gantry/core'

import type { JournalEntry } from '../journal/journal.ts'
import type { EntryContext } from './entry-context.ts'
import type { EntryDesk } from './entry-desk.ts'
import { codeOf, isOfIntegrity, messageOf } from './error-facts.ts'
import { moveEntry } from './move-entry.ts'

/** Moves the entries that the machine picks, and tells what came of each: first the journal, then the machine. */
export class EntryRunner {
  readonly #desk: EntryDesk
  readonly #taken = new Map<number, JournalEntry>()
  /** Why entries in flight failed the last time. */
  readonly #errors = new Map<number, unknown>()

  constructor(desk: EntryDesk) {
    this.#desk = desk
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
      this.#failed(id, entry, watched.stalled ?? error, context?.sourceError !== undefined)
    } finally {
      watched.close()
    }
  }

  #failed(id: number, entry: JournalEntry | undefined, error: unknown, fromSource: boolean): void {
    const code = codeOf(error)
    const message = messageOf(error)
    const { retryAfter, retryable = false } = isGantryError(error) ? error : {}
    const { entries: failedBefore } = this.#desk.link.state().failed
    this.#desk.stopped(id)
    this.#desk.link.pace.failed(code, retryAfter)
    this.#errors.set(id, error)
    this.#desk.link.failed(error)
    const event = {
      type: 'entry:failed',
      id,
      code,
      retryable,
      side: fromSource ? 'source' : 'destination',
      ...(retryAfter !== undefined && { retryAfter }),
    } as const
    this.#desk.link.dispatch(event, (next) => {
      const waiting = next.inFlight.get(id)
      if (waiting !== undefined) {
        this.#desk.record({ type: 'retried', id, code, attempt: waiting.attempt })
        return
      }
      this.#forget(id)
      if (next.failed.entries === failedBefore) {
        this.#desk.record({ type: 'released', id })
        return
      }
      this.#desk.record({ type: 'failed', id, code, message })
      if (entry !== undefined) this.#desk.emit('entry:error', entry, { code, message }, error)
    })
  }

  async wait(id: number, attempt: number, retryAfter: number | undefined): Promise<void> {
    const signal = this.#desk.link.signal()
    const error = this.#errors.get(id)
    const code = codeOf(error)
    const immediate = code === 'unavailable'
    const delay = retryDelay(attempt, Math.random(), {
      immediate,
      timing: this.#desk.options.retryTiming ?? defaultRetryTiming,
      ...(retryAfter !== undefined && { retryAfter }),
    })
    const entry = this.#taken.get(id)
    if (entry !== undefined) this.#desk.emit('entry:retry', entry, { code, attempt, delay }, error)
    try {
      await sleep(delay, undefined, { signal })
      this.#desk.link.dispatch({ type: 'entry:due', id })
    } catch {
      await this.#release(id)
    }
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
    this.#errors.delete(id)
  }
}
