import {
  asGantryError,
  GantryError,
  type JobState,
  transition,
  type TransferEffect,
  type TransferEvent,
} from '@gantry/core'

import type { JobResult } from '../job-event.ts'

export type RestingPhase = JobResult['phase']

/** Performs all effects but `stop` and `ended`, which are the machine's own. */
export type Perform = (effect: Exclude<TransferEffect, { type: 'stop' | 'ended' }>) => Promise<void>

export interface MachineLink {
  readonly perform: Perform
  /** The phase has changed; journals it. */
  readonly changed: (state: JobState) => Promise<void>
  /** The job cannot go on: see `JobMachine.broken`. */
  readonly broke: () => void
}

/** Holds the state of a job: takes events one after another, and begins what core's machine asks for. */
export class JobMachine {
  readonly #link: MachineLink
  readonly #effects: TransferEffect[] = []
  #state: JobState
  #performing = false
  #controller = new AbortController()
  #resting: PromiseWithResolvers<RestingPhase> | undefined
  /** Why nothing can be promised any more. */
  #broken: GantryError | undefined

  constructor(state: JobState, link: MachineLink) {
    this.#state = state
    this.#link = link
  }

  get state(): JobState {
    return this.#state
  }

  /** Of what is begun now; aborted by `stop`. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Something is on its way that has yet to answer. */
  get live(): boolean {
    const { phase, inFlight, asked, task } = this.#state
    if (phase === 'planning' || phase === 'running' || phase === 'verifying' || phase === 'cancelling') return true
    return inFlight.size + asked > 0 || task !== undefined
  }

  /** Nothing comes of it any more, unless what failed is tried again. */
  get over(): boolean {
    const { phase } = this.#state
    return this.#broken !== undefined || phase === 'completed' || phase === 'cancelled'
  }

  /** What a run ends as that was stopped before it began: what is over or ready still is. */
  get unbegun(): RestingPhase {
    const { phase } = this.#state
    return phase === 'failed' ? 'paused' : restOf(phase)
  }

  refuseIfBroken(): void {
    if (this.#broken !== undefined) throw this.#broken
  }

  /** Tells the machine what its owner wants, and resolves when the job rests. */
  async ask(event: TransferEvent): Promise<RestingPhase> {
    this.refuseIfBroken()
    this.#resting ??= Promise.withResolvers()
    const { promise } = this.#resting
    this.dispatch(event)
    if (!this.live) this.#rest(restOf(this.#state.phase))
    return await promise
  }

  /** `told` is called with the state that the event leads to, before what follows from it is begun. */
  dispatch(event: TransferEvent, told?: (next: JobState) => void): void {
    const before = this.#state.phase
    const { state, effects } = transition(this.#state, event)
    this.#state = state
    told?.(state)
    if (state.phase !== before) this.guard(this.#link.changed(state))
    this.#effects.push(...effects)
    // Who is told of an event may answer with another: effects are begun in the order of the events all the same.
    if (this.#performing) return
    this.#performing = true
    for (let next = this.#effects.shift(); next !== undefined; next = this.#effects.shift()) this.#perform(next)
    this.#performing = false
  }

  /** For work that fails in a way it does not handle, most likely because the journal cannot be written. */
  guard(work: Promise<void>): void {
    work.catch((cause: unknown) => {
      this.#broken ??= asGantryError(cause, 'The job met an unexpected error: please report it.')
      this.#controller.abort(this.#broken)
      this.#link.broke()
      this.#resting?.reject(this.#broken)
      this.#resting = undefined
    })
  }

  #perform(effect: TransferEffect): void {
    if (effect.type === 'ended') {
      this.#rest(effect.phase)
    } else if (effect.type === 'stop') {
      const stopped = this.#controller
      // What is begun from here on, after a resume, is not stopped with it.
      this.#controller = new AbortController()
      stopped.abort(new GantryError('cancelled', 'The job was stopped.'))
    } else {
      this.guard(this.#link.perform(effect))
    }
  }

  #rest(phase: RestingPhase): void {
    this.#resting?.resolve(phase)
    this.#resting = undefined
  }
}

function restOf(phase: JobState['phase']): RestingPhase {
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
