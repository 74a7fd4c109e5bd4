import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

import type { Catalogue } from '@gantry/catalogue'
import { type ErrorCode, GantryError, isGantryError } from '@gantry/core'
import type { SqlWriter } from '@gantry/sqlite'
import { type Job as QueueJob, UnrecoverableError, WaitingError } from 'bullmq'

import { studiesQueue } from '../fleet-names.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { persistently } from '../ledger/persistently.ts'
import type { StudyState } from '../ledger/records.ts'
import { workerOptions } from '../queue/job-options.ts'
import type { JobData, QueueServer, QueueWorker } from '../queue/queue-server.ts'
import { Telemetry } from '../telemetry.ts'
import { Cancellations } from './cancellations.ts'
import { PartFailure } from './part-failure.ts'
import { type Prepare, PreparedRuns } from './prepared.ts'
import { type PartResult, runPart } from './run-part.ts'
import type { WorkerLog } from './worker-log.ts'

export interface FleetWorkerOptions {
  readonly ledger: Ledger
  readonly catalogue: Catalogue
  readonly queue: QueueServer
  readonly prepare: Prepare
  /** Parts at a time, of each destination. */
  readonly jobs: number
  /** Works for these destinations alone. */
  readonly destinations?: readonly string[]
  /** Milliseconds that parts have to end in when the worker is stopped, before they are handed back; default: 20 seconds. */
  readonly grace?: number
  readonly log?: WorkerLog
  /** Milliseconds after which the parts of a worker that died are another's; default: 30 seconds. */
  readonly lock?: number
}

interface MovedPart extends PartResult {
  /** So is its study, by the ledger. */
  readonly done: boolean
}

/** Milliseconds between looks for new destinations. */
const lookEvery = 2000

/** Takes parts from the queues of all destinations, and moves them, until it is stopped. */
export class FleetWorker {
  readonly #options: FleetWorkerOptions
  readonly #telemetry = new Telemetry()
  readonly #runs: PreparedRuns
  readonly #cancellations: Cancellations
  readonly #workers = new Map<string, readonly QueueWorker[]>()
  readonly #unwatch: (() => void)[] = []
  /** Whether ledger and catalogue are one database, so that a part ends in one transaction. */
  #together = false
  /** Parts are to be handed back. */
  readonly #handBack = new AbortController()

  constructor(options: FleetWorkerOptions) {
    this.#options = options
    this.#runs = new PreparedRuns(options.prepare)
    this.#cancellations = new Cancellations(options.ledger)
  }

  /** Works until the signal is aborted; then finishes what it is at, or hands it back. */
  async run(signal: AbortSignal): Promise<void> {
    const { ledger, catalogue, grace = 20_000 } = this.#options
    try {
      this.#together = await persistently(async () => await ledger.isIn(catalogue.database), signal)
      while (!signal.aborted) {
        const queues = await persistently(async () => await ledger.queues(), signal)
        for (const queue of queues) this.#work(queue)
        await sleep(lookEvery, undefined, { signal })
      }
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      const late = setTimeout(() => this.#handBack.abort(), grace)
      for (const unwatch of this.#unwatch) unwatch()
      await Promise.allSettled([...this.#workers.values()].flat().map(async (worker) => await worker.close()))
      clearTimeout(late)
      this.#cancellations.stop()
      await this.#runs.close()
    }
  }

  #work({ name, destination }: { name: string; destination: string }): void {
    const { queue, jobs, destinations, lock = workerOptions.lockDuration, log } = this.#options
    if (this.#workers.has(name) || (destinations !== undefined && !destinations.includes(destination))) return
    const settings = { ...workerOptions, lockDuration: lock, stalledInterval: Math.round(lock / 3) }
    const parts = queue.worker(name, async (job, token) => await this.#part(job, token), {
      ...settings,
      concurrency: jobs,
    })
    const studies = queue.worker(studiesQueue(name), async (job) => await this.#endStudy(job), {
      ...settings,
      concurrency: 4,
    })
    parts.on('failed', (job) => {
      // It lost its workers too often, and fails without being begun: the study has no job that would look after it.
      if (job?.deferredFailure !== undefined && job.data.alone === true) void this.#endStudy(job).catch(() => {})
    })
    for (const worker of [parts, studies]) {
      // It connects again by itself.
      worker.on('error', (error) => log?.({ type: 'queue', error: isGantryError(error) ? error.code : error.name }))
      worker.on('stalled', (id) => log?.({ type: 'stalled', job: id }))
    }
    this.#workers.set(name, [parts, studies])
    this.#unwatch.push(this.#telemetry.watchQueue(async () => await countsOf(queue, name), name))
    log?.({ type: 'queue', queue: name })
  }

  async #part(job: QueueJob<JobData, string>, token: string | undefined): Promise<string> {
    const { study, part = 0, trace } = job.data
    const began = performance.now()
    return await this.#telemetry.span('fleet.part', trace, async () => {
      try {
        const result = await this.#move(study, part)
        const outcome = typeof result === 'string' ? result : 'verified'
        this.#ended(job, outcome, began, result)
        if (job.data.alone === true) await this.#endStudy(job, typeof result !== 'string' && result.done)
        return outcome
      } catch (error) {
        if (this.#handBack.signal.aborted) {
          await job.moveToWait(token)
          this.#ended(job, 'handed back', began)
          throw new WaitingError()
        }
        throw await this.#failed(job, error, began)
      }
    })
  }

  async #move(study: string, part: number): Promise<MovedPart | 'known' | 'cancelled'> {
    const { ledger, catalogue } = this.#options
    const handBack = this.#handBack.signal
    const holder = randomUUID()
    const begun = await persistently(async () => await ledger.begin(study, part, holder), handBack)
    if (begun === 'verified') return 'known'
    if (begun === 'cancelled') return 'cancelled'
    if (begun.begun > 1) this.#telemetry.repeated.add(1)
    const cancelled = this.#cancellations.watch(begun.run.id)
    try {
      const signal = AbortSignal.any([handBack, cancelled.signal])
      const prepared = await this.#runs.of(begun.run)
      const together = this.#together
      let done = false
      const verified = async (sql: SqlWriter | undefined, sent: number) => {
        done = await ledger.verified(study, part, { sent, begun: begun.begun }, sql)
      }
      const work = { study, part, begun, prepared, catalogue, signal, ...(together && { verified }) }
      const result = await runPart(work)
      if (!together) await persistently(async () => await verified(undefined, result.sent), handBack)
      return { ...result, done }
    } catch (error) {
      if (cancelled.signal.aborted) return 'cancelled'
      throw error
    } finally {
      cancelled.done()
    }
  }

  /** What the queue is told of it: a code, and whether to try again. */
  async #failed(job: QueueJob<JobData, string>, error: unknown, began: number): Promise<Error> {
    const { study, part = 0 } = job.data
    const { code, failed, retryable } = failureOf(error)
    const last = job.attemptsMade + 1 >= (job.opts.attempts ?? 1)
    this.#ended(job, last || !retryable ? 'dead' : 'failed', began, { code })
    if (!last && retryable) return new Error(code)
    const { ledger } = this.#options
    await persistently(async () => await ledger.failed(study, part, { code, failed }), this.#handBack.signal)
    if (job.data.alone === true) await this.#endStudy(job)
    return new UnrecoverableError(code)
  }

  /** By its own job, or that of its only part. `done`: the ledger said so already. */
  async #endStudy({ data: { study, part, trace } }: QueueJob<JobData, string>, done = false): Promise<StudyState> {
    return await this.#telemetry.span('fleet.study', trace, async () => {
      const { ledger, log } = this.#options
      const end = async () => await ledger.endStudy(study, part)
      const outcome = done ? 'done' : await persistently(end, this.#handBack.signal)
      if (outcome === 'queued') return outcome
      this.#telemetry.studies.add(1, { outcome })
      log?.({ type: 'study', job: study, outcome })
      return outcome
    })
  }

  #ended(
    job: QueueJob<JobData, string>,
    outcome: string,
    began: number,
    result: Partial<PartResult> | { readonly code: ErrorCode } | string = {},
  ): void {
    const seconds = (performance.now() - began) / 1000
    this.#telemetry.parts.add(1, { outcome })
    this.#telemetry.duration.record(seconds, { outcome })
    const told = typeof result === 'string' ? {} : result
    if ('sent' in told) {
      this.#telemetry.entries.add(told.sent ?? 0, { outcome: 'sent' })
      this.#telemetry.entries.add(told.known ?? 0, { outcome: 'known' })
      this.#telemetry.bytes.add(told.bytes ?? 0)
    }
    const attempt = job.attemptsMade + 1
    this.#options.log?.({
      type: 'part',
      job: job.id ?? '',
      outcome,
      attempt,
      seconds: Number(seconds.toFixed(3)),
      ...told,
    })
  }
}

function failureOf(error: unknown): Pick<PartFailure, 'code' | 'failed' | 'retryable'> {
  if (error instanceof PartFailure) return error
  if (isGantryError(error)) return { code: error.code, failed: 0, retryable: error.retryable }
  const { code } = new GantryError('internal', 'An unexpected error.')
  return { code, failed: 0, retryable: true }
}

async function countsOf(server: QueueServer, name: string): Promise<Record<string, number>> {
  const queue = server.queue(name)
  try {
    return await queue.getJobCounts('waiting', 'active', 'delayed', 'failed')
  } finally {
    await queue.close()
  }
}
