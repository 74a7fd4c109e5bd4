import { GantryError, type JobSpec, type JobState, type Progress, progressOf, type TransferEffect } from '@gantry/core'

import { Emitter } from '../emitter.ts'
import type { Job, JobOptions } from '../job.ts'
import type { JobEvent, JobEventType, JobResult, StreamedEvent } from '../job-event.ts'
import type { Journal } from '../journal/journal.ts'
import { layoutOf } from '../layout-of.ts'
import { plan } from '../planner.ts'
import { nodeHashing } from '../platform/hashing.ts'
import { verify } from '../verifier.ts'
import { cleanUpWatched } from './clean-up.ts'
import { codeOf, messageOf, withCause } from './error-facts.ts'
import { JobMachine, type RestingPhase } from './job-machine.ts'
import { startTimers } from './job-timers.ts'
import { neverBack } from './never-back.ts'
import { Pace } from './pace.ts'
import { sweepCrashed } from './sweep.ts'
import { UnitRunner } from './unit-runner.ts'
import { Watchdog } from './watchdog.ts'

/** Journals of jobs that run in this process, however often they were opened. */
const runningJournals = new WeakSet<Journal>()

/** A job in this process: performs the effects that core's machine asks for, and feeds back what came of them. */
export class RunningJob implements Job {
  readonly #options: JobOptions
  readonly #journal: Journal
  readonly #opened = Date.now()
  readonly #emitter = new Emitter()
  readonly #watchdog: Watchdog
  readonly #machine: JobMachine
  readonly #units: UnitRunner
  readonly #pace: Pace
  #failure: JobResult['failure']
  #running = false
  /** Asked to stop before there was anything to stop. */
  #pauseWanted = false
  /** Ends what is done before anything is begun. */
  #sweeping: AbortController | undefined
  #mostBytes = 0

  constructor(options: JobOptions, state: JobState) {
    this.#options = options
    this.#journal = options.journal
    this.#watchdog = new Watchdog(options.stall)
    this.#pace = new Pace(state.limits.concurrency)
    const machine = new JobMachine(state, {
      perform: (effect) => this.#perform(effect),
      changed: (next) => this.#phaseChanged(next),
      broke: () => this.#emitter.end(),
    })
    this.#machine = machine
    this.#units = new UnitRunner(options, {
      emitter: this.#emitter,
      pace: this.#pace,
      watchdog: this.#watchdog,
      opened: this.#opened,
      state: () => machine.state,
      signal: () => machine.signal,
      dispatch: (event, told) => machine.dispatch(event, told),
      guard: (work) => machine.guard(work),
      failed: (error) => {
        if (machine.state.phase === 'running') this.#remember(error)
      },
    })
  }

  get spec(): JobSpec {
    return this.#journal.spec
  }

  get state(): JobState {
    return this.#machine.state
  }

  get progress(): Progress {
    const progress = neverBack(progressOf(this.state, this.#units.passing, this.#pace.rate), this.#mostBytes)
    this.#mostBytes = progress.bytes
    return { ...progress, retries: progress.retries + this.#units.partRetries }
  }

  async plan(options: { readonly signal?: AbortSignal } = {}): Promise<JobResult> {
    return await this.#session(async () => {
      const { phase } = this.state
      return await this.#machine.ask({ type: phase === 'draft' ? 'job:plan' : 'job:resume' })
    }, options.signal)
  }

  async run(options: { readonly signal?: AbortSignal } = {}): Promise<JobResult> {
    return await this.#session(async () => await this.#go('job:resume'), options.signal)
  }

  async retry(options: { readonly signal?: AbortSignal } = {}): Promise<JobResult> {
    return await this.#session(async () => await this.#go('job:retry'), options.signal)
  }

  async pause(): Promise<void> {
    this.#pauseWanted = this.#running
    this.#sweeping?.abort()
    await this.#machine.ask({ type: 'job:pause' })
  }

  async cancel(): Promise<void> {
    this.#sweeping?.abort()
    await this.#machine.ask({ type: 'job:cancel' })
  }

  async clean(): Promise<void> {
    await cleanUpWatched(this.#options.to, this.#journal, this.#opened, this.#watchdog)
  }

  on<Type extends JobEventType>(type: Type, listener: (event: Extract<JobEvent, { type: Type }>) => void): () => void {
    return this.#emitter.on(type, (event) => {
      listener(event as Extract<JobEvent, { type: Type }>)
    })
  }

  events(): AsyncIterable<StreamedEvent> {
    return this.#emitter.iterate(() => !this.#running && this.#machine.over)
  }

  /** Plans where there is no plan, and goes on until the job rests. */
  async #go(again: 'job:resume' | 'job:retry'): Promise<RestingPhase> {
    this.#sweeping = new AbortController()
    const { signal } = this.#sweeping
    await sweepCrashed(this.#options.to, this.#journal, { since: this.#opened, watchdog: this.#watchdog, signal })
    if (this.#pauseWanted) return this.#machine.unbegun
    if (this.state.phase !== 'ready') {
      const phase = await this.#machine.ask({ type: this.state.phase === 'draft' ? 'job:plan' : again })
      // A job that was paused before there was a plan is `ready` now.
      if (phase !== 'ready') return phase
    }
    return this.#pauseWanted ? 'ready' : await this.#machine.ask({ type: 'job:start' })
  }

  /** One run, from the first timer to `complete`. */
  async #session(work: () => Promise<RestingPhase>, signal?: AbortSignal): Promise<JobResult> {
    if (runningJournals.has(this.#journal)) throw new GantryError('already_exists', 'This job is running already.')
    this.#machine.refuseIfBroken()
    this.#running = true
    runningJournals.add(this.#journal)
    this.#pauseWanted = false
    this.#failure = undefined
    const began = performance.now()
    const stop = this.#startTimers()
    const pause = () => void this.pause().catch(() => {})
    signal?.addEventListener('abort', pause, { once: true })
    this.#watchdog.asked = signal
    try {
      const phase = signal?.aborted === true ? this.#machine.unbegun : await work()
      // All that was recorded before is committed with it.
      await this.#recordPhase(this.state)
      const result = this.#result(phase, began)
      this.#emitter.emit({ type: 'progress', ...this.progress })
      this.#emitter.emit({ type: 'complete', result })
      return result
    } catch (error) {
      this.#emitter.end()
      throw error
    } finally {
      signal?.removeEventListener('abort', pause)
      this.#watchdog.asked = undefined
      stop()
      this.#running = false
      runningJournals.delete(this.#journal)
    }
  }

  #result(phase: RestingPhase, began: number): JobResult {
    const { unverified } = this.state
    const elapsed = Math.round(performance.now() - began)
    const result = { id: this.spec.id, phase, progress: { ...this.progress, phase }, unverified, elapsed }
    return phase === 'failed' && this.#failure !== undefined ? { ...result, failure: this.#failure } : result
  }

  async #phaseChanged(state: JobState): Promise<void> {
    const recorded = this.#recordPhase(state)
    this.#emitter.emit({ type: 'phase', phase: state.phase })
    await recorded
  }

  async #recordPhase({ phase, failure }: JobState): Promise<void> {
    await this.#journal.record({ type: 'phase', phase, ...(failure !== undefined && { code: failure }) })
  }

  async #perform(effect: Exclude<TransferEffect, { type: 'stop' | 'ended' }>): Promise<void> {
    switch (effect.type) {
      case 'plan':
        return await this.#plan()
      case 'take':
        return await this.#units.take(effect.count)
      case 'transfer':
        return await this.#units.transfer(effect.id, effect.attempt)
      case 'wait':
        return await this.#units.wait(effect.id, effect.attempt, effect.retryAfter)
      case 'reopen':
        // Before any `take` that follows: the journal does one thing after another.
        return await this.#journal.reopen()
      case 'verify':
        return await this.#verify()
      case 'clean':
        return await this.#clean()
    }
  }

  async #plan(): Promise<void> {
    const machine = this.#machine
    const { from, to, identify, entries, others, transforms = [] } = this.#options
    this.#mostBytes = 0
    try {
      const layout = this.#options.layout ?? layoutOf(this.spec.layout, to)
      await plan({
        from,
        to,
        journal: this.#journal,
        layout,
        identify,
        entries,
        others,
        transforms,
        signal: machine.signal,
        watchdog: this.#watchdog,
        added: (added, unsized) => machine.dispatch({ type: 'plan:added', added, unsized }),
      })
      machine.dispatch({ type: 'plan:done' })
    } catch (error) {
      machine.dispatch({ type: 'plan:failed', code: machine.signal.aborted ? 'cancelled' : this.#remember(error) })
    }
  }

  async #verify(): Promise<void> {
    const machine = this.#machine
    const { from, to, hashing = nodeHashing, transforms = [], verifyKept = true } = this.#options
    try {
      const { unverified } = await verify({
        from,
        to,
        hashing,
        transforms,
        kept: verifyKept,
        journal: this.#journal,
        signal: machine.signal,
        watchdog: this.#watchdog,
        readBack: this.#units.compareAnew(),
        mismatch: ({ id, bytes, verified, skipped, path, target, code, message }) => {
          machine.dispatch({ type: 'verify:mismatch', id, bytes, verified, skipped })
          this.#emitter.emit({ type: 'entry:error', path, target, bytes, code, message })
        },
      })
      machine.dispatch({ type: 'verify:checked', unverified })
    } catch (error) {
      machine.dispatch({ type: 'verify:failed', code: machine.signal.aborted ? 'cancelled' : this.#remember(error) })
    }
  }

  async #clean(): Promise<void> {
    try {
      await this.clean()
    } catch (error) {
      // What could not be removed stays in the journal, and is tried again when the job is forgotten.
      this.#remember(error)
    }
    this.#machine.dispatch({ type: 'job:cleaned' })
  }

  #remember(error: unknown) {
    const code = codeOf(error)
    this.#failure = withCause({ code, message: messageOf(error) }, error)
    return code
  }

  #startTimers(): () => void {
    this.#pace.restart()
    this.#units.compareAnew()
    return startTimers({
      request: () => this.#machine.guard(this.#askedByOthers()),
      window: () => this.#adapt(),
      progress: () => {
        this.#pace.measure()
        this.#emitter.emit({ type: 'progress', ...this.progress })
      },
    })
  }

  async #askedByOthers(): Promise<void> {
    const wanted = await this.#journal.takeRequest()
    if (wanted === 'pause') this.#machine.dispatch({ type: 'job:pause' })
    else if (wanted === 'cancel') this.#machine.dispatch({ type: 'job:cancel' })
  }

  #adapt(): void {
    if (this.#options.pace?.concurrency !== 'auto' || this.state.phase !== 'running') return
    const concurrency = this.#pace.adapt()
    if (concurrency === this.state.limits.concurrency) return
    this.#machine.dispatch({ type: 'limit:changed', concurrency })
    this.#units.limitChanged()
  }
}
