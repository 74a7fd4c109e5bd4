import { setTimeout as sleep } from 'node:timers/promises'

import {
  type ErrorCode,
  flatLayout,
  GantryError,
  isGantryError,
  type JobSpec,
  type JobState,
  keepLayout,
  type Layout,
  type Phase,
  type Progress,
  progressOf,
  retryDelay,
  transition,
  type TransferEffect,
  type TransferEvent,
} from '@gantry/core'

import { Emitter } from '../emitter.ts'
import type { Job, JobOptions } from '../job.ts'
import type { JobEvent, JobEventType, JobResult } from '../job-event.ts'
import type { Journal, JournalEntry } from '../journal/journal.ts'
import { plan } from '../planner.ts'
import { nodeHashing } from '../platform/hashing.ts'
import { verify } from '../verifier.ts'
import type { EntryContext } from './entry-context.ts'
import { moveEntry } from './move-entry.ts'
import { Pace } from './pace.ts'
import { PartBuffers } from './part-buffers.ts'
import { Throttle } from './throttle.ts'
import { Watchdog } from './watchdog.ts'

/** Milliseconds between looks at what other processes ask, at concurrency, and at progress. */
const every = { request: 250, window: 1000, progress: 200 }

/** Performs the effects that core's machine asks for, and feeds back what came of them; holds no rules. */
export class RunningJob implements Job {
  readonly #options: JobOptions
  readonly #journal: Journal
  readonly #emitter = new Emitter()
  readonly #watchdog = new Watchdog()
  readonly #buffers = new PartBuffers()
  readonly #throttle: Throttle | undefined
  readonly #taken = new Map<number, JournalEntry>()
  /** Bytes of entries in flight that are on their way. */
  readonly #moving = new Map<number, number>()
  #state: JobState
  #controller = new AbortController()
  #planning: Promise<void> = Promise.resolve()
  #resting: PromiseWithResolvers<JobResult['phase']> | undefined
  #failure: JobResult['failure']
  #verifying: Promise<void> = Promise.resolve()
  #partRetries = 0
  readonly #pace: Pace
  /** Why entries in flight failed the last time. */
  readonly #codes = new Map<number, ErrorCode>()

  constructor(options: JobOptions, state: JobState) {
    this.#options = options
    this.#journal = options.journal
    this.#state = state
    this.#pace = new Pace(state.limits.concurrency)
    const { bandwidth } = this.spec
    this.#throttle = bandwidth === undefined ? undefined : new Throttle(bandwidth)
  }

  get spec(): JobSpec {
    return this.#journal.spec
  }

  get state(): JobState {
    return this.#state
  }

  get progress(): Progress {
    let moving = 0
    for (const bytes of this.#moving.values()) moving += bytes
    const progress = progressOf(this.#state, moving, this.#pace.rate)
    return { ...progress, retries: progress.retries + this.#partRetries }
  }

  async plan(): Promise<JobResult> {
    return await this.#until('ready', this.#state.phase === 'draft' ? 'job:plan' : 'job:resume')
  }

  async run(options: { readonly signal?: AbortSignal } = {}): Promise<JobResult> {
    return await this.#go('job:resume', options.signal)
  }

  async retry(options: { readonly signal?: AbortSignal } = {}): Promise<JobResult> {
    return await this.#go('job:retry', options.signal)
  }

  async pause(): Promise<void> {
    const resting = this.#resting?.promise
    this.#dispatch({ type: 'job:pause' })
    await resting
  }

  async cancel(): Promise<void> {
    this.#resting ??= Promise.withResolvers()
    const { promise } = this.#resting
    this.#dispatch({ type: 'job:cancel' })
    if (this.#state.phase !== 'cancelling') {
      this.#resting = undefined
      return
    }
    await promise
  }

  async clean(): Promise<void> {
    for await (const { id, upload } of this.#journal.uploads()) {
      await this.#options.to.uploads?.abort(upload)
      await this.#journal.record({ type: 'dropped', id })
    }
  }

  on<Type extends JobEventType>(type: Type, listener: (event: Extract<JobEvent, { type: Type }>) => void): () => void {
    return this.#emitter.on(type, (event) => {
      listener(event as Extract<JobEvent, { type: Type }>)
    })
  }

  events(): AsyncIterable<JobEvent> {
    return this.#emitter.iterate()
  }

  async #go(again: 'job:resume' | 'job:retry', signal: AbortSignal | undefined): Promise<JobResult> {
    const pause = () => void this.pause()
    signal?.addEventListener('abort', pause, { once: true })
    try {
      if (signal?.aborted === true) return this.#result('paused', performance.now())
      if (this.#state.phase === 'draft') {
        const planned = await this.#until('ready', 'job:plan')
        if (planned.phase !== 'ready') return planned
      }
      return await this.#until('end', this.#state.phase === 'ready' ? 'job:start' : again)
    } finally {
      signal?.removeEventListener('abort', pause)
    }
  }

  /** Dispatches and waits until the job rests; `ready` is a rest only for who wants the plan alone. */
  async #until(
    wanted: 'ready' | 'end',
    type: 'job:plan' | 'job:start' | 'job:resume' | 'job:retry',
  ): Promise<JobResult> {
    const began = performance.now()
    if (this.#resting !== undefined) throw new GantryError('already_exists', 'This job is running already.')
    this.#resting = Promise.withResolvers()
    this.#controller = new AbortController()
    this.#failure = undefined
    const stop = this.#startTimers()
    try {
      this.#dispatch({ type })
      let phase = this.#isLive() ? await this.#resting.promise : restOf(this.#state.phase)
      if (phase === 'ready' && wanted === 'end') {
        // Resumed from before there was a plan.
        this.#resting = Promise.withResolvers()
        this.#dispatch({ type: 'job:start' })
        phase = this.#isLive() ? await this.#resting.promise : restOf(this.#state.phase)
      }
      await Promise.all([this.#planning, this.#verifying])
      await this.#recordPhase()
      const result = this.#result(phase, began)
      this.#emitter.emit({ type: 'progress', ...this.progress })
      this.#emitter.emit({ type: 'complete', result })
      return result
    } finally {
      this.#resting = undefined
      stop()
    }
  }

  #isLive(): boolean {
    const { phase, inFlight, asked } = this.#state
    return (
      phase === 'planning' ||
      phase === 'running' ||
      phase === 'verifying' ||
      phase === 'cancelling' ||
      inFlight.size + asked > 0
    )
  }

  #result(phase: JobResult['phase'], began: number): JobResult {
    const { unverified } = this.#state
    const elapsed = Math.round(performance.now() - began)
    const result = { id: this.spec.id, phase, progress: this.progress, unverified, elapsed }
    return phase === 'failed' && this.#failure !== undefined ? { ...result, failure: this.#failure } : result
  }

  #dispatch(event: TransferEvent): void {
    const before = this.#state.phase
    const { state, effects } = transition(this.#state, event)
    this.#state = state
    if (state.phase !== before) {
      this.#guard(this.#recordPhase())
      this.#emitter.emit({ type: 'phase', phase: state.phase })
    }
    for (const effect of effects) this.#perform(effect)
  }

  async #recordPhase(): Promise<void> {
    const { phase, failure } = this.#state
    await this.#journal.record({ type: 'phase', phase, ...(failure !== undefined && { code: failure }) })
  }

  #perform(effect: TransferEffect): void {
    switch (effect.type) {
      case 'plan':
        this.#planning = this.#planning.then(() => this.#plan())
        return
      case 'take':
        this.#guard(this.#take(effect.count))
        return
      case 'transfer':
        this.#guard(this.#transfer(effect.id, effect.attempt))
        return
      case 'wait':
        this.#guard(this.#wait(effect.id, effect.attempt, effect.retryAfter))
        return
      case 'stop':
        this.#controller.abort(new GantryError('cancelled', 'The job was stopped.'))
        return
      case 'reopen':
        // Before any `take` that follows: the journal does one thing after another.
        this.#guard(this.#journal.reopen())
        return
      case 'verify':
        this.#verifying = this.#verify()
        return
      case 'clean':
        this.#guard(this.#clean())
        return
      case 'ended':
        this.#resting?.resolve(effect.phase)
    }
  }

  /** Work that fails in a way it does not handle: the journal cannot be written, and nothing can be promised any more. */
  #guard(work: Promise<void>): void {
    work.catch((cause: unknown) => {
      this.#controller.abort(cause)
      this.#resting?.reject(
        new GantryError('read_only', 'The journal cannot be written: check the space where it is kept, and resume.', {
          cause,
        }),
      )
    })
  }

  async #plan(): Promise<void> {
    const { from, to, identify, layout = layoutOf(this.spec.layout) } = this.#options
    const { signal } = this.#controller
    try {
      const added = (tally: { entries: number; bytes: number }) => this.#dispatch({ type: 'plan:added', added: tally })
      await plan({ from, to, journal: this.#journal, layout, identify, signal, added })
      if (!signal.aborted) this.#dispatch({ type: 'plan:done' })
    } catch (error) {
      if (signal.aborted) return
      this.#dispatch({ type: 'plan:failed', code: this.#remember(error) })
    }
  }

  async #take(count: number): Promise<void> {
    try {
      const entries = await this.#journal.take(count)
      for (const entry of entries) this.#taken.set(entry.id, entry)
      const taken = entries.map(({ id, source, attempt }) => ({ id, bytes: source.size, attempt }))
      this.#dispatch({ type: 'entries:taken', entries: taken })
    } catch (error) {
      this.#remember(error)
      this.#dispatch({ type: 'entries:taken', entries: [] })
    }
  }

  async #transfer(id: number, attempt: number): Promise<void> {
    const { signal } = this.#controller
    const watched = this.#watchdog.watch(signal)
    let entry = this.#taken.get(id)
    let context: EntryContext | undefined
    try {
      if (entry === undefined || entry.attempt !== attempt) {
        entry = { ...(await this.#journal.entry(id)), attempt }
        this.#taken.set(id, entry)
      }
      if (signal.aborted) return await this.#release(id)
      this.#moving.set(id, 0)
      context = this.#contextOf(entry, watched)
      this.#emit('entry:start', entry, { attempt })
      const outcome = await moveEntry(context)
      if (outcome.type === 'done') {
        await this.#journal.record({ type: 'done', id, receipt: outcome.sent })
        this.#pace.finished()
        this.#leave(id, { type: 'entry:done', id, verified: outcome.sent.verified })
        this.#emit('entry:done', entry, { digests: outcome.sent.digests, verified: outcome.sent.verified })
      } else {
        await this.#journal.record({ type: 'skipped', id, reason: outcome.reason })
        this.#leave(id, { type: 'entry:skipped', id })
        this.#emit('entry:skip', entry, { reason: outcome.reason })
      }
    } catch (error) {
      if (signal.aborted) return await this.#release(id)
      await this.#failed(id, entry, watched.stalled ?? error, context?.sourceError !== undefined)
    } finally {
      watched.close()
    }
  }

  #contextOf(entry: JournalEntry, watched: EntryContext['watched']): EntryContext {
    const { from, to, hashing = nodeHashing, transforms = [] } = this.#options
    return {
      entry,
      from,
      to,
      journal: this.#journal,
      hashing,
      transforms,
      existing: this.spec.existing,
      buffers: this.#buffers,
      throttle: this.#throttle,
      watched,
      moved: (bytes) => {
        this.#moving.set(entry.id, (this.#moving.get(entry.id) ?? 0) + bytes)
        this.#pace.moved(bytes)
      },
      retried: (code, attempt, delay) => {
        this.#partRetries += 1
        this.#pace.failed(code, undefined)
        this.#emit('entry:retry', entry, { code, attempt, delay })
      },
      sourceError: undefined,
    }
  }

  async #failed(id: number, entry: JournalEntry | undefined, error: unknown, fromSource: boolean): Promise<void> {
    const code = codeOf(error)
    const message = messageOf(error)
    const known = isGantryError(error) ? error : undefined
    const { entries: failedBefore } = this.#state.failed
    const retryAfter = known?.retryAfter
    this.#moving.delete(id)
    this.#pace.failed(code, retryAfter)
    this.#codes.set(id, code)
    if (this.#state.phase === 'running') this.#failure = { code, message }
    this.#dispatch({
      type: 'entry:failed',
      id,
      code,
      retryable: known?.retryable ?? false,
      side: fromSource ? 'source' : 'destination',
      ...(retryAfter !== undefined && { retryAfter }),
    })
    if (this.#state.failed.entries > failedBefore) {
      if (entry !== undefined) this.#emit('entry:error', entry, { code, message })
      await this.#journal.record({ type: 'failed', id, code, message })
    } else if (this.#state.inFlight.has(id)) {
      const attempt = this.#state.inFlight.get(id)?.attempt ?? 1
      await this.#journal.record({ type: 'retried', id, code, attempt })
    } else {
      await this.#journal.record({ type: 'released', id })
    }
  }

  async #wait(id: number, attempt: number, retryAfter: number | undefined): Promise<void> {
    const { signal } = this.#controller
    const code = this.#codes.get(id) ?? 'unavailable'
    const immediate = code === 'unavailable'
    const delay = retryDelay(attempt, Math.random(), { immediate, ...(retryAfter !== undefined && { retryAfter }) })
    const entry = this.#taken.get(id)
    if (entry !== undefined) this.#emit('entry:retry', entry, { code, attempt, delay })
    try {
      await sleep(delay, undefined, { signal })
      this.#dispatch({ type: 'entry:due', id })
    } catch {
      await this.#release(id)
    }
  }

  async #release(id: number): Promise<void> {
    await this.#journal.record({ type: 'released', id })
    this.#leave(id, { type: 'entry:released', id })
  }

  #leave(id: number, event: TransferEvent): void {
    this.#moving.delete(id)
    this.#taken.delete(id)
    this.#codes.delete(id)
    this.#dispatch(event)
  }

  async #verify(): Promise<void> {
    const { from, to, hashing = nodeHashing } = this.#options
    const { signal } = this.#controller
    const watched = this.#watchdog.watch(signal)
    try {
      const checked = await verify({
        from,
        to,
        hashing,
        journal: this.#journal,
        signal: watched.signal,
        touch: watched.touch,
        mismatch: ({ id, bytes, verified, path, target }) => {
          const message = 'What the destination gives back is not what was sent.'
          this.#dispatch({ type: 'verify:mismatch', id, bytes, verified })
          this.#emitter.emit({ type: 'entry:error', path, target, bytes, code: 'integrity', message })
        },
      })
      if (!signal.aborted) this.#dispatch({ type: 'verify:checked', unverified: checked.unverified })
    } catch (error) {
      if (signal.aborted) return
      this.#dispatch({ type: 'verify:failed', code: this.#remember(watched.stalled ?? error) })
    } finally {
      watched.close()
    }
  }

  async #clean(): Promise<void> {
    try {
      await this.clean()
    } catch (error) {
      // What could not be removed stays in the journal, and an orphan sweep finds it.
      this.#remember(error)
    }
    this.#dispatch({ type: 'job:cleaned' })
  }

  #remember(error: unknown): ErrorCode {
    const code = codeOf(error)
    this.#failure = { code, message: messageOf(error) }
    return code
  }

  #startTimers(): () => void {
    this.#pace.restart()
    const timers = [
      setInterval(() => this.#guard(this.#askedByOthers()), every.request),
      setInterval(() => this.#adapt(), every.window),
      setInterval(() => {
        this.#pace.measure()
        this.#emitter.emit({ type: 'progress', ...this.progress })
      }, every.progress),
    ]
    return () => {
      for (const timer of timers) clearInterval(timer)
    }
  }

  async #askedByOthers(): Promise<void> {
    const wanted = await this.#journal.takeRequest()
    if (wanted === 'pause') this.#dispatch({ type: 'job:pause' })
    else if (wanted === 'cancel') this.#dispatch({ type: 'job:cancel' })
  }

  #adapt(): void {
    if (this.spec.concurrency !== 'auto' || this.#state.phase !== 'running') return
    const concurrency = this.#pace.adapt()
    if (concurrency !== this.#state.limits.concurrency) this.#dispatch({ type: 'limit:changed', concurrency })
  }

  #emit<Type extends 'entry:start' | 'entry:done' | 'entry:skip' | 'entry:retry' | 'entry:error'>(
    type: Type,
    entry: JournalEntry,
    more: Omit<Extract<JobEvent, { type: Type }>, 'type' | 'path' | 'target' | 'bytes'>,
  ): void {
    if (!this.#emitter.has(type)) return
    const { source, target } = entry
    const event = { type, path: source.path, target, bytes: source.size, ...more }
    this.#emitter.emit(event as unknown as JobEvent)
  }
}

function layoutOf(name: string): Layout {
  if (name === 'keep') return keepLayout
  if (name === 'flat') return flatLayout
  throw new GantryError('invalid', 'This layout needs DICOM attributes: hand it to the job as a function.')
}

function restOf(phase: Phase): JobResult['phase'] {
  switch (phase) {
    case 'completed':
    case 'paused':
    case 'failed':
    case 'cancelled':
    case 'ready':
      return phase
    default:
      return 'paused'
  }
}

function codeOf(error: unknown): ErrorCode {
  return isGantryError(error) ? error.code : 'internal'
}

function messageOf(error: unknown): string {
  if (isGantryError(error)) return error.message
  return 'An unexpected error: please report it.'
}
