import {
  type ErrorCode,
  flatLayout,
  GantryError,
  type JobSpec,
  type JobState,
  keepLayout,
  type Layout,
  type Phase,
  type Progress,
  progressOf,
  transition,
  type TransferEffect,
  type TransferEvent,
} from '@gantry/core'

import { Emitter } from '../emitter.ts'
import type { Job, JobOptions } from '../job.ts'
import type { JobEvent, JobEventType, JobResult } from '../job-event.ts'
import type { Journal } from '../journal/journal.ts'
import { plan } from '../planner.ts'
import { nodeHashing } from '../platform/hashing.ts'
import { verify } from '../verifier.ts'
import { EntryRunner } from './entry-runner.ts'
import { codeOf, messageOf } from './error-facts.ts'
import { Pace } from './pace.ts'
import { Watchdog } from './watchdog.ts'

/** Milliseconds between looks at what other processes ask, at concurrency, and at progress. */
const every = { request: 250, window: 1000, progress: 200 }

/** Performs the effects that core's machine asks for, and feeds back what came of them; holds no rules. */
export class RunningJob implements Job {
  readonly #options: JobOptions
  readonly #journal: Journal
  readonly #emitter = new Emitter()
  readonly #watchdog = new Watchdog()
  readonly #entries: EntryRunner
  #state: JobState
  #controller = new AbortController()
  #planning: Promise<void> = Promise.resolve()
  #resting: PromiseWithResolvers<JobResult['phase']> | undefined
  #failure: JobResult['failure']
  #verifying: Promise<void> = Promise.resolve()
  readonly #pace: Pace

  constructor(options: JobOptions, state: JobState) {
    this.#options = options
    this.#journal = options.journal
    this.#state = state
    this.#pace = new Pace(state.limits.concurrency)
    this.#entries = new EntryRunner(options, {
      emitter: this.#emitter,
      pace: this.#pace,
      state: () => this.#state,
      signal: () => this.#controller.signal,
      dispatch: (event) => this.#dispatch(event),
      failed: (failure) => {
        if (this.#state.phase === 'running') this.#failure = failure
      },
    })
  }

  get spec(): JobSpec {
    return this.#journal.spec
  }

  get state(): JobState {
    return this.#state
  }

  get progress(): Progress {
    const progress = progressOf(this.#state, this.#entries.moving, this.#pace.rate)
    return { ...progress, retries: progress.retries + this.#entries.partRetries }
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
        this.#guard(this.#entries.take(effect.count))
        return
      case 'transfer':
        this.#guard(this.#entries.transfer(effect.id, effect.attempt))
        return
      case 'wait':
        this.#guard(this.#entries.wait(effect.id, effect.attempt, effect.retryAfter))
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
