import { defaultRetryTiming, type JobState, type TransferEvent } from '@gantry/core'
import { atMost, Semaphore } from '@gantry/core/side-by-side'

import type { Emitter } from '../emitter.ts'
import type { JobOptions } from '../job.ts'
import type { JobEvent } from '../job-event.ts'
import type { Journal, JournalEntry, JournalEvent } from '../journal/journal.ts'
import { nodeHashing } from '../platform/hashing.ts'
import type { EntryContext } from './entry-context.ts'
import { codeOf, withCause } from './error-facts.ts'
import { keepingOf } from './keeping-of.ts'
import type { Pace } from './pace.ts'
import { PartBuffers } from './part-buffers.ts'
import { Throttle } from './throttle.ts'
import { Unanswered } from './unanswered.ts'
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
  /** When this process opened the job. */
  readonly opened: number
  /** The latest error, in case that it ends the job. */
  readonly failed: (error: unknown) => void
}

type EntryEventType = 'entry:start' | 'entry:done' | 'entry:skip' | 'entry:retry' | 'entry:error'

/** Starting a thread, as some stores do, costs a quarter of a second: as much as moving these bytes. */
const littleToMove = 32 * 1024 * 1024

/** What all entries of a job share while they move, alone or in parcels. */
export class EntryDesk {
  readonly options: JobOptions
  readonly journal: Journal
  readonly link: JobLink
  /** Bodies that move at a time in the whole job, whatever the number of parcels that they belong to. */
  readonly slots: Semaphore
  readonly #buffers = new Semaphore(new PartBuffers())
  readonly #throttle: Throttle | undefined
  readonly #sharesNames: boolean
  readonly #unanswered: Unanswered
  /** Bytes of entries in flight that are on their way. */
  readonly #moving = new Map<number, number>()
  /** Bytes of entries in flight that were read to compare them. */
  readonly #comparing = new Map<number, number>()
  /** Bytes that were read only to compare them, whatever came of it. */
  compared = 0
  /** Bytes of all attempts so far. */
  #begun = 0
  /** Parts that were tried again within an attempt at their entry. */
  partRetries = 0

  constructor(options: JobOptions, link: JobLink) {
    this.options = options
    this.journal = options.journal
    this.link = link
    this.slots = new Semaphore(atMost(() => link.state().limits.concurrency))
    const { bandwidth } = options.pace ?? options.journal.spec
    this.#throttle = bandwidth === undefined ? undefined : new Throttle(bandwidth)
    this.#unanswered = new Unanswered({ created: options.journal.spec.created, opened: link.opened })
    const { layout, transforms = [] } = options
    // What a transform makes can be told from others by nothing but its path.
    const given = layout === undefined ? options.journal.spec.layout === 'flat' : layout.sharesNames === true
    this.#sharesNames = given && transforms.length === 0
  }

  /** Bytes on their way. */
  get moving(): number {
    return sumOf(this.#moving)
  }

  /** Bytes of entries in flight that were read to compare them. */
  get comparing(): number {
    return sumOf(this.#comparing)
  }

  /** Of a new attempt at an entry. */
  contextOf(entry: JournalEntry, watched: EntryContext['watched'], touch = () => {}): EntryContext {
    const { from, to, hashing = nodeHashing, transforms = [], retryTiming = defaultRetryTiming } = this.options
    this.stopped(entry.id)
    this.#begun += entry.source.size ?? 0
    return {
      entry,
      from,
      to,
      journal: this.journal,
      hashing,
      transforms,
      existing: this.journal.spec.existing,
      sharesName: this.#sharesNames && entry.target !== entry.source.path,
      keeping: keepingOf(this.journal.spec),
      buffers: this.#buffers,
      throttle: this.#throttle,
      watched,
      watchdog: this.link.watchdog,
      retryTiming,
      unanswered: this.#unanswered,
      early: this.#begun < littleToMove,
      moved: (bytes) => {
        touch()
        // It was not the same.
        this.#comparing.delete(entry.id)
        this.#moving.set(entry.id, (this.#moving.get(entry.id) ?? 0) + bytes)
        this.link.pace.moved(bytes)
      },
      compared: (bytes) => {
        const comparing = (this.#comparing.get(entry.id) ?? 0) + bytes
        // A twin is read as well.
        this.#comparing.set(entry.id, Math.min(comparing, entry.source.size ?? comparing))
        this.count(bytes)
      },
      retried: (error, attempt, delay) => {
        const code = codeOf(error)
        this.partRetries += 1
        this.link.pace.failed(code, undefined)
        this.emit('entry:retry', entry, { code, attempt, delay }, error)
      },
      given: undefined,
      asked: false,
      sourceError: undefined,
      sent: undefined,
    }
  }

  /** What was on its way of it is not any more. */
  stopped(id: number): void {
    this.#moving.delete(id)
    this.#comparing.delete(id)
  }

  /** Counts bytes that were read only to compare them. */
  count(bytes: number): void {
    this.compared += bytes
    this.link.pace.moved(bytes)
  }

  record(event: JournalEvent): void {
    this.link.guard(this.journal.record(event))
  }

  emit<Type extends EntryEventType>(
    type: Type,
    entry: JournalEntry,
    more: Omit<Extract<JobEvent, { type: Type }>, 'type' | 'path' | 'target' | 'bytes' | 'cause'>,
    /** What it tells of. */
    error?: unknown,
  ): void {
    if (!this.link.emitter.has(type)) return
    const { source, target } = entry
    const event = { type, path: source.path, target, bytes: source.size ?? 0, ...more }
    this.link.emitter.emit(withCause(event, error) as unknown as JobEvent)
  }
}

function sumOf(bytes: ReadonlyMap<number, number>): number {
  let sum = 0
  for (const one of bytes.values()) sum += one
  return sum
}
