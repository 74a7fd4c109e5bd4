import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

import type { Catalogue } from '@gantry/catalogue'
import { type ErrorCode, isGantryError } from '@gantry/core'
import type { SqlWriter } from '@gantry/sqlite'
import { DelayedError, type Job as QueueJob, UnrecoverableError, WaitingError } from 'bullmq'

import { partName } from '../fleet-names.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { untilAnswered } from '../ledger/until-answered.ts'
import type { Delivery, NotBegun, PartKey, StudyState } from '../ledger/records.ts'
import { workerOptions } from '../queue/job-options.ts'
import type { JobData } from '../queue/queue-server.ts'
import type { Telemetry } from '../telemetry.ts'
import { LeaseOver, moment } from './lease.ts'
import { Leases } from './leases.ts'
import { NotOpened, notOpenedHere } from './not-opened.ts'
import { PartFailure } from './part-failure.ts'
import { type HeldRun, type Prepare, PreparedRuns } from './prepared.ts'
import { queueTold } from './queue-told.ts'
import { type PartResult, runPart } from './run-part.ts'
import { SeldomLog, type WorkerLog } from './worker-log.ts'

export interface PartDeskOptions {
  readonly ledger: Ledger
  readonly catalogue: Catalogue
  readonly prepare: Prepare
  readonly telemetry: Telemetry
  readonly log?: WorkerLog | undefined
  readonly onUnexpected?: ((error: unknown) => void) | undefined
  /** Milliseconds that its leases last; default: as long as its locks. */
  readonly lock?: number | undefined
}

interface MovedPart extends PartResult {
  /** So is its study, by the ledger. */
  readonly done: boolean
}

type Job = QueueJob<JobData, string>

/** Milliseconds after which a part is looked at again whose study another worker has not let go. */
const heldFor = 2000
/** Milliseconds after which a part that cannot be opened here is given to anybody. */
const givenAfter = 200
/** Milliseconds in which who could not open a part takes no other in its place: so that it neither spins nor takes all of them. */
const noOtherFor = 2000

/** What a worker does with the jobs that the queue gives it: of parts, and of studies. */
export class PartDesk {
  readonly #options: PartDeskOptions
  readonly #runs: PreparedRuns
  readonly #leases: Leases
  readonly #seldom: SeldomLog
  /** Whether ledger and catalogue are one database, so that a part ends in one transaction. */
  #together = false
  readonly #working = new Set<Promise<string>>()
  /** Runs for which something was sent from here. */
  readonly #wrote = new Set<string>()
  /** Parts are to be handed back. */
  readonly #handBack = new AbortController()

  constructor(options: PartDeskOptions) {
    this.#options = options
    this.#runs = new PreparedRuns(options.prepare, options.onUnexpected)
    this.#leases = new Leases(options.ledger, options.lock ?? workerOptions.lockDuration)
    this.#seldom = new SeldomLog(options.log)
  }

  async open(signal: AbortSignal): Promise<void> {
    const { ledger, catalogue } = this.#options
    this.#together = await untilAnswered(async () => await ledger.isIn(catalogue.database), signal)
  }

  /** What is not ended yet goes back to the queue. */
  handBack(): void {
    this.#handBack.abort()
  }

  /** Resolves when nothing is worked on. */
  async ended(): Promise<void> {
    while (this.#working.size > 0) await Promise.allSettled(this.#working)
  }

  async close(): Promise<void> {
    this.#leases.stop()
    await this.#runs.close()
  }

  /** The job of a part. */
  async part(job: Job, token: string | undefined): Promise<string> {
    const working = this.#part(job, token)
    this.#working.add(working)
    try {
      return await working
    } finally {
      this.#working.delete(working)
    }
  }

  async #part(job: Job, token: string | undefined): Promise<string> {
    const began = performance.now()
    return await this.#options.telemetry.span('fleet.part', job.data.trace, async () => {
      let outcome: string
      try {
        outcome = await this.#attempt(job, began)
      } catch (error) {
        if (error instanceof NotOpened) return await this.#putOff(job, token, error)
        if (error instanceof LeaseOver && error.why !== 'handed back') {
          this.#ended(job, error.why, began)
          // Of a lock that is lost too, the queue says that there is none.
          if (error.why === 'lapsed') await queueTold(job.moveToWait(token), this.#handBack.signal).catch(() => {})
          throw new DelayedError()
        }
        if (!this.#handBack.signal.aborted) throw await this.#failed(job, error, began)
        await queueTold(job.moveToWait(token), this.#handBack.signal)
        this.#ended(job, 'handed back', began)
        throw new WaitingError()
      }
      if (outcome !== 'held') return outcome
      await queueTold(job.moveToDelayed(Date.now() + heldFor, token), this.#handBack.signal)
      throw new DelayedError()
    })
  }

  /** Another worker may open what this one cannot; it is no attempt. */
  async #putOff(job: Job, token: string | undefined, { code, store }: NotOpened): Promise<never> {
    const { run } = job.data
    this.#seldom.tell({ type: 'run', run, outcome: 'not opened', code, ...(store !== undefined && { store }) })
    await queueTold(job.moveToDelayed(Date.now() + givenAfter, token), this.#handBack.signal)
    await sleep(noOtherFor, undefined, { signal: this.#handBack.signal }).catch(() => {})
    throw new DelayedError()
  }

  async #attempt(job: Job, began: number): Promise<string> {
    const { study, run, part = 0, alone } = job.data
    const result = await this.#move({ study, run, part })
    if (result === 'held') return result
    const outcome = typeof result !== 'string' ? 'verified' : result === 'verified' ? 'known' : result
    this.#ended(job, outcome, began, result)
    if (alone === true) await this.study(job, typeof result !== 'string' && result.done)
    return outcome
  }

  /** The job of a study, or of its only part. `done`: the ledger said so already. */
  async study({ data: { study, run, part, trace } }: Job, done = false): Promise<StudyState> {
    return await this.#options.telemetry.span('fleet.study', trace, async () => {
      const { ledger, log, telemetry } = this.#options
      const end = async () => await ledger.endStudy({ study, run, ...(part !== undefined && { part }) })
      const outcome = done ? 'done' : await untilAnswered(end, this.#handBack.signal)
      if (outcome === 'queued') return outcome
      telemetry.studies.add(1, { outcome })
      log?.({ type: 'study', job: study, outcome })
      return outcome
    })
  }

  /** A part lost its workers too often, and fails without being begun: it has no job any more that would look after it. */
  async lost(job: Job): Promise<void> {
    if (job.data.alone === true) await this.study(job)
  }

  /** The queue has taken these jobs back. */
  lockLost(jobs: readonly string[]): void {
    this.#leases.lost(jobs)
  }

  async #move(part: PartKey): Promise<MovedPart | NotBegun> {
    const { ledger, catalogue, telemetry } = this.#options
    const stop = this.#handBack.signal
    const holder = randomUUID()
    let asked = moment()
    const begin = async () => {
      asked = moment()
      return await ledger.begin(part, { holder, lease: this.#leases.lasts })
    }
    const begun = await untilAnswered(begin, stop)
    if (typeof begun === 'string') return begun
    if (begun.begun > 1) telemetry.repeated.add(1)
    const { lease, done: ended } = this.#leases.hold(part, { holder, asked, stop })
    const { signal } = lease
    let [counted, done, opened] = [false, false, true]
    let held: HeldRun | undefined
    try {
      held = await this.#runs.hold(begun.run)
      const { prepared } = held
      const together = this.#together
      const verified = async (sql: SqlWriter | undefined, sent: number) => {
        ;({ counted, done } = await ledger.verified(part, { sent, begun: begun.begun }, sql))
      }
      const work = { ...part, begun, prepared, catalogue, signal, ...(together && { verified }) }
      const result = await runPart(work)
      if (result.sent > 0) this.#wrote.add(part.run)
      if (!together) await untilAnswered(async () => await verified(undefined, result.sent), stop)
      return { ...result, done }
    } catch (error) {
      counted = false
      if (lease.ended === 'cancelled') return 'cancelled'
      if (lease.ended !== undefined) throw new LeaseOver(lease.ended)
      const wrote = this.#wrote.has(part.run)
      const here = held === undefined ? undefined : await notOpenedHere(error, { ...held.prepared, wrote }, signal)
      opened = here === undefined && !(error instanceof NotOpened)
      throw here === undefined ? error : this.#runs.refuse(begun.run, here)
    } finally {
      ended()
      held?.release()
      if (!counted) await this.#letGo(part, { holder, opened })
    }
  }

  async #letGo(part: PartKey, delivery: Delivery): Promise<void> {
    const { ledger } = this.#options
    // Where the ledger does not answer any more, whoever is given the job next says it.
    await untilAnswered(async () => await ledger.letGo(part, delivery), this.#handBack.signal).catch(() => {})
  }

  /** What the queue is told of it: a code, and whether to try again. */
  async #failed(job: Job, error: unknown, began: number): Promise<Error> {
    const { study, run, part = 0 } = job.data
    const { code, failed, retryable } = this.#failureOf(error)
    const last = job.attemptsMade + 1 >= (job.opts.attempts ?? 1)
    this.#ended(job, last || !retryable ? 'dead' : 'failed', began, { code })
    if (!last && retryable) return new Error(code)
    const { ledger } = this.#options
    await untilAnswered(async () => await ledger.failed({ study, run, part }, { code, failed }), this.#handBack.signal)
    if (job.data.alone === true) await this.study(job)
    return new UnrecoverableError(code)
  }

  #ended(
    job: Job,
    outcome: string,
    began: number,
    result: Partial<PartResult> | { readonly code: ErrorCode } | string = {},
  ): void {
    const { telemetry, log } = this.#options
    const seconds = (performance.now() - began) / 1000
    telemetry.parts.add(1, { outcome })
    telemetry.duration.record(seconds, { outcome })
    const told = typeof result === 'string' ? {} : result
    if ('sent' in told) {
      telemetry.entries.add(told.sent ?? 0, { outcome: 'sent' })
      telemetry.entries.add(told.known ?? 0, { outcome: 'known' })
      telemetry.bytes.add(told.bytes ?? 0)
    }
    const attempt = job.attemptsMade + 1
    const name = partName(job.data.study, job.data.part ?? 0)
    log?.({ type: 'part', job: name, outcome, attempt, seconds: Number(seconds.toFixed(3)), ...told })
  }

  #failureOf(error: unknown): Pick<PartFailure, 'code' | 'failed' | 'retryable'> {
    if (error instanceof PartFailure) return error
    if (isGantryError(error)) return { code: error.code, failed: 0, retryable: error.retryable }
    this.#options.onUnexpected?.(error)
    // It may be of this worker alone, and the next attempt another's.
    return { code: 'internal', failed: 0, retryable: true }
  }
}
