import { setTimeout as sleep } from 'node:timers/promises'

import {
  defaultRetryTiming,
  type ErrorCode,
  isGantryError,
  type JobState,
  retryDelay,
  type TransferEvent,
} from '@gantry/core'

import type { Emitter } from '../emitter.ts'
import type { JobOptions } from '../job.ts'
import type { JobEvent } from '../job-event.ts'
import type { Journal, JournalEntry, JournalEvent } from '../journal/journal.ts'
import { nodeHashing } from '../platform/hashing.ts'
import type { EntryContext } from './entry-context.ts'
import { codeOf, messageOf } from './error-facts.ts'
import { moveEntry } from './move-entry.ts'
import type { Pace } from './pace.ts'
import { PartBuffers } from './part-buffers.ts'
import { Throttle } from './throttle.ts'
import type { Watchdog } from './watchdog.ts'

/** What moving entries asks of the job that they belong to. */
export interface JobLink {
  readonly emitter: Emitter
  readonly pace: Pace
  readonly state: () => JobState
  /** Of the run that is going on. */
  readonly signal: () => AbortSignal
  /** `told` is called with the state that the event leads to, before what follows from it is begun. */
  readonly dispatch: (event: TransferEvent, told?: (next: JobState) => void) => void
  /** Work that nobody waits for: when it fails, the job cannot go on. */
  readonly guard: (work: Promise<void>) => void
  readonly watchdog: Watchdog
  /** The latest error, in case that it ends the job. */
  readonly failed: (failure: { readonly code: ErrorCode; readonly message: string }) => void
}

/** Moves the entries that the machine picks, and tells what came of each: first the journal, then the machine. */
export class EntryRunner {
  readonly #options: JobOptions
  readonly #journal: Journal
  readonly #link: JobLink
  readonly #buffers = new PartBuffers()
  readonly #throttle: Throttle | undefined
  readonly #taken = new Map<number, JournalEntry>()
  /** Bytes of entries in flight that are on their way. */
  readonly #moving = new Map<number, number>()
  /** Why entries in flight failed the last time. */
  readonly #codes = new Map<number, ErrorCode>()
  /** Parts that were tried again within an attempt at their entry. */
  partRetries = 0

  constructor(options: JobOptions, link: JobLink) {
    this.#options = options
    this.#journal = options.journal
    this.#link = link
    const { bandwidth } = options.journal.spec
    this.#throttle = bandwidth === undefined ? undefined : new Throttle(bandwidth)
  }

  /** Bytes on their way. */
  get moving(): number {
    let moving = 0
    for (const bytes of this.#moving.values()) moving += bytes
    return moving
  }

  /** Takes pending entries from the journal; answered by `entries:taken`. */
  async take(count: number): Promise<void> {
    const entries = await this.#journal.take(count)
    for (const entry of entries) this.#taken.set(entry.id, entry)
    // Attempts are counted anew by every process: what ended the earlier one was none of the entry's faults.
    const taken = entries.map(({ id, source }) => ({ id, bytes: source.size ?? 0, attempt: 1 }))
    this.#link.dispatch({ type: 'entries:taken', entries: taken })
  }

  async transfer(id: number, attempt: number): Promise<void> {
    const signal = this.#link.signal()
    const watched = this.#link.watchdog.watch(signal)
    let entry = this.#taken.get(id)
    let context: EntryContext | undefined
    try {
      if (entry === undefined || attempt > 1) {
        entry = await this.#journal.entry(id)
        this.#taken.set(id, entry)
      }
      if (signal.aborted) return await this.#release(id)
      this.#moving.set(id, 0)
      context = this.#contextOf(entry, watched)
      this.#emit('entry:start', entry, { attempt })
      const outcome = await moveEntry(context)
      if (outcome.type === 'done') {
        const { read, ...receipt } = outcome.sent
        await this.#journal.record({ type: 'done', id, receipt, size: read })
        this.#link.pace.finished()
        const { digests, verified } = receipt
        const done = { ...entry, source: { ...entry.source, size: read } }
        const told = { type: 'entry:done', id, verified, bytes: read } as const
        this.#leave(told, () => this.#emit('entry:done', done, { digests, verified }))
      } else {
        await this.#journal.record({ type: 'skipped', id, reason: outcome.reason })
        const { reason } = outcome
        const skipped = entry
        this.#leave({ type: 'entry:skipped', id }, () => this.#emit('entry:skip', skipped, { reason }))
      }
    } catch (error) {
      if (signal.aborted) return await this.#release(id)
      this.#failed(id, entry, watched.stalled ?? error, context?.sourceError !== undefined)
    } finally {
      watched.close()
    }
  }

  #contextOf(entry: JournalEntry, watched: EntryContext['watched']): EntryContext {
    const { from, to, hashing = nodeHashing, transforms = [], retryTiming = defaultRetryTiming } = this.#options
    return {
      entry,
      from,
      to,
      journal: this.#journal,
      hashing,
      transforms,
      existing: this.#journal.spec.existing,
      buffers: this.#buffers,
      throttle: this.#throttle,
      watched,
      watchdog: this.#link.watchdog,
      retryTiming,
      moved: (bytes) => {
        this.#moving.set(entry.id, (this.#moving.get(entry.id) ?? 0) + bytes)
        this.#link.pace.moved(bytes)
      },
      retried: (code, attempt, delay) => {
        this.partRetries += 1
        this.#link.pace.failed(code, undefined)
        this.#emit('entry:retry', entry, { code, attempt, delay })
      },
      sourceError: undefined,
      sent: undefined,
    }
  }

  #failed(id: number, entry: JournalEntry | undefined, error: unknown, fromSource: boolean): void {
    const code = codeOf(error)
    const message = messageOf(error)
    const { retryAfter, retryable = false } = isGantryError(error) ? error : {}
    const { entries: failedBefore } = this.#link.state().failed
    this.#moving.delete(id)
    this.#link.pace.failed(code, retryAfter)
    this.#codes.set(id, code)
    this.#link.failed({ code, message })
    const event = {
      type: 'entry:failed',
      id,
      code,
      retryable,
      side: fromSource ? 'source' : 'destination',
      ...(retryAfter !== undefined && { retryAfter }),
    } as const
    this.#link.dispatch(event, (next) => {
      const waiting = next.inFlight.get(id)
      if (waiting !== undefined) {
        this.#record({ type: 'retried', id, code, attempt: waiting.attempt })
        return
      }
      this.#forget(id)
      if (next.failed.entries === failedBefore) {
        this.#record({ type: 'released', id })
        return
      }
      this.#record({ type: 'failed', id, code, message })
      if (entry !== undefined) this.#emit('entry:error', entry, { code, message })
    })
  }

  #record(event: JournalEvent): void {
    this.#link.guard(this.#journal.record(event))
  }

  async wait(id: number, attempt: number, retryAfter: number | undefined): Promise<void> {
    const signal = this.#link.signal()
    const code = this.#codes.get(id) ?? 'unavailable'
    const immediate = code === 'unavailable'
    const delay = retryDelay(attempt, Math.random(), {
      immediate,
      timing: this.#options.retryTiming ?? defaultRetryTiming,
      ...(retryAfter !== undefined && { retryAfter }),
    })
    const entry = this.#taken.get(id)
    if (entry !== undefined) this.#emit('entry:retry', entry, { code, attempt, delay })
    try {
      await sleep(delay, undefined, { signal })
      this.#link.dispatch({ type: 'entry:due', id })
    } catch {
      await this.#release(id)
    }
  }

  async #release(id: number): Promise<void> {
    await this.#journal.record({ type: 'released', id })
    this.#leave({ type: 'entry:released', id })
  }

  #leave(event: Extract<TransferEvent, { readonly id: number }>, tell?: () => void): void {
    this.#forget(event.id)
    this.#link.dispatch(event, tell)
  }

  #forget(id: number): void {
    this.#moving.delete(id)
    this.#taken.delete(id)
    this.#codes.delete(id)
  }

  #emit<Type extends 'entry:start' | 'entry:done' | 'entry:skip' | 'entry:retry' | 'entry:error'>(
    type: Type,
    entry: JournalEntry,
    more: Omit<Extract<JobEvent, { type: Type }>, 'type' | 'path' | 'target' | 'bytes'>,
  ): void {
    if (!this.#link.emitter.has(type)) return
    const { source, target } = entry
    const event = { type, path: source.path, target, bytes: source.size ?? 0, ...more }
    this.#link.emitter.emit(event as unknown as JobEvent)
  }
}
