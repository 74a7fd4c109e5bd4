import { type Call, type Entry, type FetchFailure, GantryError, isGantryError, type Reading } from '@gantry/core/driver'

import type { RetrievedPart } from '../retrieve/retrieved-part.ts'
import { type Prefetched, prefetched } from './prefetched.ts'
import type { ServiceMeter } from './service-meter.ts'

/** An instance that is asked for, and where its entry is. */
export interface Wanted {
  readonly path: string
  readonly study: string
  readonly series: string
  readonly instance: string
}

export interface PoolPorts {
  readonly retrieve: (wanted: Wanted, call: Call) => Promise<RetrievedPart>
  readonly meter: ServiceMeter
  /** Milliseconds of a clock that only goes on. */
  readonly now: () => number
  /** How many may be on their way, or wait to be read, while so many are left to be asked for; 0: ask for no more. */
  readonly width: (left: number) => number
  /** Others that are wanted, as they become known; whoever gives them stops that. */
  readonly more?: AsyncIterable<Wanted>
  /** How many are wanted in all, where that is known before all of them are; else it is infinite. */
  readonly expected?: () => number
}

/** Bytes of one body that are held before they are read. */
const buffer = 1024 * 1024
/** Times that an instance is asked for, where the service asks for fewer requests, or fails in a way that may pass. */
const mostAttempts = 5
const firstPause = 250
/** A service that asks for more time is left to whoever runs the transfer. */
const longestPause = 30_000

interface Task {
  readonly wanted: Wanted
  readonly attempt: number
  /** Not to be asked for again before this. */
  readonly notBefore: number
}

/**
 * Instances, asked for side by side and read ahead, given as they are ready, one at a time: as many bodies as the pool
 * is wide are on their way or held, each within its buffer, however slowly they are read.
 */
export class InstancePool {
  readonly #ports: PoolPorts
  readonly #call: Call
  /** Those to be asked for next, the first of them last. */
  #waiting: Task[]
  /** Those behind them, as they came. */
  #arrived: Task[] = []
  readonly #ready: { readonly value: Reading | FetchFailure; readonly held?: Prefetched; readonly whole?: boolean }[] =
    []
  readonly #stop = new AbortController()
  #running = 0
  #fetching = 0
  /** The service asked for so much time. */
  #pausedUntil = 0
  /** When something can be started that could not be when it was last looked at. */
  #startsAt: number | undefined
  #wake: (() => void) | undefined
  /** More may become known. */
  #open: boolean
  #known: number
  readonly #ending: Promise<{ readonly error?: unknown }>

  constructor(ports: PoolPorts, wanted: readonly Wanted[], call: Call) {
    this.#ports = ports
    this.#call = call
    this.#waiting = wanted.map(taskOf).toReversed()
    this.#known = wanted.length
    this.#open = ports.more !== undefined
    this.#ending = this.#take(ports.more)
  }

  /** What was not asked for, because no more were to be; once all are known, or it is known why no more will be. */
  async left(): Promise<{ readonly waiting: readonly Wanted[]; readonly error?: unknown }> {
    const ending = await this.#ending
    const waiting = [...this.#waiting.toReversed(), ...this.#arrived].map(({ wanted }) => wanted)
    return { waiting, ...ending }
  }

  async *run(): AsyncGenerator<Reading | FetchFailure, void, undefined> {
    const onAbort = () => {
      this.#stop.abort(this.#call.signal.reason)
      this.#wake?.()
    }
    this.#call.signal.addEventListener('abort', onAbort)
    if (this.#call.signal.aborted) onAbort()
    try {
      for (;;) {
        if (this.#stop.signal.aborted) throw new GantryError('cancelled', 'Stopped on request.')
        this.#start()
        const next = this.#ready.shift()
        if (next === undefined) {
          if (this.#running === 0 && this.#isOver()) {
            if (this.#count > 0) return
            // What is known of was given before it is said why nobody knows of more.
            const ending = await this.#ending
            if ('error' in ending) throw ending.error
            return
          }
          await this.#change()
          continue
        }
        // It counts as held until it is read: that bounds what is in memory.
        this.#running += 1
        // What is not held of it comes beside others.
        const coming = next.whole === false ? 1 : 0
        this.#fetching += coming
        yield next.value
        next.held?.fail(new GantryError('internal', 'A body was left unread while the next was asked for.'))
        this.#fetching -= coming
        this.#running -= 1
      }
    } finally {
      this.#call.signal.removeEventListener('abort', onAbort)
      this.#stop.abort()
      for (const { held } of this.#ready) await held?.body.return?.()
    }
  }

  async #take(more: AsyncIterable<Wanted> | undefined): Promise<{ readonly error?: unknown }> {
    if (more === undefined) return {}
    try {
      for await (const one of more) {
        this.#arrived.push(taskOf(one))
        this.#known += 1
        this.#wake?.()
      }
      return {}
    } catch (error) {
      return { error }
    } finally {
      this.#open = false
      this.#wake?.()
    }
  }

  get #count(): number {
    return this.#waiting.length + this.#arrived.length
  }

  #isOver(): boolean {
    if (this.#count === 0) return !this.#open
    return this.#width() === 0
  }

  #width(): number {
    const { width, expected } = this.#ports
    const unknown = this.#open ? Math.max(0, (expected?.() ?? Infinity) - this.#known) : 0
    return width(this.#count + unknown)
  }

  /** Where the next is that may be asked for by now; below 0 where all have to wait. */
  #next(time: number): number {
    const find = () => this.#waiting.findLastIndex(({ notBefore }) => notBefore <= time)
    const index = find()
    if (index >= 0 || this.#arrived.length === 0) return index
    this.#waiting = this.#waiting.concat(this.#arrived.toReversed())
    this.#arrived = []
    return find()
  }

  #start(): void {
    this.#startsAt = undefined
    const { now } = this.#ports
    while (this.#count > 0 && this.#running + this.#ready.length < this.#width()) {
      const time = now()
      const index = this.#next(time)
      const [task] = index < 0 || this.#pausedUntil > time ? [] : this.#waiting.splice(index, 1)
      if (task === undefined) {
        const first = this.#waiting.reduce((least, { notBefore }) => Math.min(least, notBefore), Infinity)
        this.#startsAt = Math.max(this.#pausedUntil, first)
        return
      }
      this.#running += 1
      this.#fetch(task)
        .then(
          (ready) => void this.#ready.push(ready),
          (error: unknown) => this.#failed(task, error),
        )
        .finally(() => {
          this.#running -= 1
          this.#wake?.()
        })
    }
  }

  async #fetch({ wanted }: Task) {
    const { retrieve, meter, now } = this.#ports
    const { report } = this.#call
    const begun = now()
    const before = this.#fetching
    this.#fetching += 1
    const opened = meter.asked(this.#fetching)
    try {
      const part = await retrieve(wanted, { signal: this.#stop.signal, ...(report !== undefined && { report }) })
      const head = now()
      const held = prefetched(part.body, buffer)
      const { whole, bytes } = await held.ready
      meter.answered()
      const beside = (before + this.#fetching - 1) / 2
      // A large one, too: of all, the same part counts.
      meter.note({ latency: head - begun, transfer: now() - head, beside, opened })
      const size = part.size ?? (whole ? bytes : undefined)
      const entry: Entry = { path: wanted.path, ...(size !== undefined && { size }), contentType: 'application/dicom' }
      return { value: { entry, body: held.body }, held, whole }
    } finally {
      this.#fetching -= 1
    }
  }

  #failed(task: Task, error: unknown): void {
    const { meter, now } = this.#ports
    const { path } = task.wanted
    const known = isGantryError(error) ? error : undefined
    const throttled =
      known?.code === 'rate_limited' || (known?.code === 'unavailable' && known.retryAfter !== undefined)
    if (throttled) meter.throttled(this.#running)
    const pause = known?.retryAfter ?? firstPause * 2 ** (task.attempt - 1)
    const again = known?.retryable === true && known.code !== 'cancelled' && task.attempt < mostAttempts
    if (!again || pause > longestPause || this.#stop.signal.aborted) {
      this.#ready.push({ value: { path, error } })
      return
    }
    const notBefore = now() + pause
    if (throttled) this.#pausedUntil = Math.max(this.#pausedUntil, notBefore)
    // Last of all: what fails alone does not keep the others waiting.
    this.#arrived.push({ wanted: task.wanted, attempt: task.attempt + 1, notBefore })
  }

  /** Until something has come, or something can be started. */
  async #change(): Promise<void> {
    const left = this.#startsAt === undefined ? undefined : this.#startsAt - this.#ports.now()
    // It can be by now: nobody would wake who waits.
    if (left !== undefined && left <= 0) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = left === undefined ? undefined : setTimeout(resolve, left)
    this.#wake = resolve
    await promise
    this.#wake = undefined
    clearTimeout(timer)
  }
}

function taskOf(wanted: Wanted): Task {
  return { wanted, attempt: 1, notBefore: 0 }
}
