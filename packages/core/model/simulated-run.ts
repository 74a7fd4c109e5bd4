import type { TransferEffect } from '../src/transfer/effect.ts'
import type { TransferEvent } from '../src/transfer/event.ts'
import { restoreState } from '../src/transfer/restore.ts'
import { createJobState, type JobState, type Limits } from '../src/transfer/state.ts'
import { transition } from '../src/transfer/transition.ts'
import { flawsOfState, flawsOfStep } from './invariants.ts'
import { SimulatedJournal } from './simulated-journal.ts'

/** Something that the runner was asked to do and has not answered. */
export type Obligation = Extract<
  TransferEffect,
  { type: 'plan' | 'take' | 'transfer' | 'wait' | 'verify' | 'clean' }
> & {
  stopped: boolean
  /** Entries that a planner has listed, or a verifier found wanting. */
  progress: number
}

/** A crash just before the event counts: what was journalled survives, and the machine never hears of it. */
export class Crash extends Error {}

/**
 * A runner without clock and bytes: performs the effects of the machine against a journal in memory, in any order that
 * it is told to, and holds every step against what must always be true.
 */
export class SimulatedRun {
  readonly sizes: readonly number[]
  readonly limits: Limits
  readonly journal: SimulatedJournal
  state: JobState
  obligations: Obligation[] = []
  /** Since the budget was last renewed. */
  #retries = 0
  /** Every event that was told, for messages. */
  readonly #told: string[] = []

  constructor(
    sizes: readonly number[],
    options: { readonly verify: boolean; readonly limits: Limits; readonly unitSize?: number },
  ) {
    this.sizes = sizes
    this.limits = options.limits
    this.journal = new SimulatedJournal(options.verify, options.unitSize ?? 1)
    this.state = createJobState(options)
  }

  /** Tells the machine what happened, and begins what it asks for. */
  tell(event: TransferEvent, options: { readonly crashAfter?: number } = {}): void {
    const { crashAfter = Number.POSITIVE_INFINITY } = options
    this.#told.push(JSON.stringify(event))
    const before = this.state
    const after = transition(before, event)
    this.state = after.state
    this.#check([...flawsOfState(after.state), ...flawsOfStep(before, event, after)])
    if (crashAfter === 0) throw new Crash()
    if (event.type === 'entry:failed') this.#recordFailure(before, event.id)
    this.journal.phase = after.state.phase
    for (const [index, effect] of after.effects.entries()) {
      if (index + 1 >= crashAfter) throw new Crash()
      this.#perform(effect)
    }
    this.#checkRest()
  }

  /** The process is gone, and another one opens the journal. */
  crash(): void {
    this.#told.push('crash')
    this.obligations = []
    this.journal.recover()
    this.#retries = 0
    this.state = restoreState(this.journal.load(), this.limits)
    // What was being cancelled is not at rest, and goes on at once.
    if (this.state.phase === 'cancelling') this.tell({ type: 'job:resume' })
    else this.#check(flawsOfState(this.state))
  }

  /** Throws, with all that was told so far. */
  fail(flaw: string): never {
    throw new Error(`${flaw}\nafter:\n${this.#told.join('\n')}\nin ${JSON.stringify(this.state)}`)
  }

  /** Journals what the machine decided about an entry that failed: it is the only one to know. */
  #recordFailure(before: JobState, id: number): void {
    const waiting = this.state.inFlight.get(id)
    for (const row of this.journal.active(id)) {
      if (waiting !== undefined) this.journal.retried(row.id, waiting.attempt)
      else if (before.inFlight.has(id)) {
        this.journal.set(row.id, this.state.failed.entries > before.failed.entries ? 'failed' : 'pending')
      }
    }
  }

  #perform(effect: TransferEffect): void {
    switch (effect.type) {
      case 'stop':
        for (const obligation of this.obligations) obligation.stopped ||= !['take', 'clean'].includes(obligation.type)
        return
      case 'reopen':
        this.journal.reopen()
        this.#retries = 0
        return
      case 'ended':
        if (this.obligations.length > 0) this.fail('The job says that it rests while something is on its way.')
        return
      case 'plan':
        this.journal.clearPlan()
        break
      case 'transfer':
      case 'wait': {
        const { id } = effect
        const twice = this.obligations.some((other) => 'id' in other && other.id === id)
        if (twice || this.journal.active(id).length === 0) this.fail(`Unit ${id} is moved twice.`)
        if (effect.type === 'wait') this.#retries += 1
        if (this.#retries > this.limits.retries) this.fail('There were more retries than the budget allows.')
        break
      }
      default:
    }
    const alone = ['plan', 'verify', 'clean']
    const others = this.obligations.length > 0
    if (others && (alone.includes(effect.type) || this.obligations.some(({ type }) => alone.includes(type)))) {
      this.fail(`${effect.type} begins while something else is on its way.`)
    }
    this.obligations.push({ ...effect, stopped: false, progress: 0 })
  }

  /** When nothing is on its way the job must rest, and know exactly what its journal knows. */
  #checkRest(): void {
    if (this.obligations.length > 0 || !this.state.planned) return
    const { total, pending, done, skipped, failed, unverified } = this.journal.load()
    const known = { total, pending, done, skipped, failed, unverified }
    const believed = Object.fromEntries(Object.keys(known).map((key) => [key, this.state[key as keyof typeof known]]))
    if (JSON.stringify(known) !== JSON.stringify(believed)) {
      this.fail(`The journal has ${JSON.stringify(known)}, the machine ${JSON.stringify(believed)}.`)
    }
  }

  #check(flaws: readonly string[]): void {
    if (flaws.length > 0) this.fail(flaws.join('; '))
  }
}
