import { studiesQueue } from '../fleet-names.ts'
import { workerOptions } from '../queue/job-options.ts'
import type { QueueServer, QueueWorker } from '../queue/queue-server.ts'
import type { PartDesk } from './part-desk.ts'

export interface QueueWorkersOptions {
  readonly server: QueueServer
  /** Of the destination. */
  readonly name: string
  /** Parts at a time. */
  readonly jobs: number
  /** Milliseconds. */
  readonly lock: number
  readonly desk: PartDesk
  /** By the clock that all workers have in common. */
  readonly now: () => number
  readonly onError: (error: unknown) => void
  /** A job was taken back from this worker, and is delivered again. */
  readonly onLost: () => void
  readonly onStalled: (job: string) => void
}

/** Milliseconds in which no job is asked for after an error: what is refused would be asked for again at once, and for ever. */
const restAfterError = 1000

/** What BullMQ says of a job that is another's by now: no fault of the connection. */
const isLost = /^(?:Missing lock|Missing key|Lock mismatch) for job /u
/** Its part says it, by `lockRenewalFailed`; and one that was put off has no lock any more. */
const isNotRenewed = /^could not renew lock for job /u

/** Takes jobs of parts and of studies from the queues of one destination. */
export class QueueWorkers {
  readonly #workers: readonly QueueWorker[]
  readonly #resting = new Map<QueueWorker, NodeJS.Timeout>()
  #state: 'new' | 'running' | 'closed' = 'new'

  constructor({ server, name, jobs, lock, desk, now, onError, onLost, onStalled }: QueueWorkersOptions) {
    const settings = { ...workerOptions, lockDuration: lock, stalledInterval: Math.round(lock / 3) }
    const parts = server.worker(name, async (job, token) => await desk.part(job, token), {
      ...settings,
      concurrency: jobs,
    })
    const studies = server.worker(studiesQueue(name), async (job) => await desk.study(job), {
      ...settings,
      concurrency: 4,
    })
    parts.on('failed', (job) => {
      if (job?.deferredFailure !== undefined) void desk.lost(job).catch(() => {})
    })
    parts.on('lockRenewalFailed', (lost) => desk.lockLost(lost))
    this.#workers = [parts, studies]
    for (const { backend } of this.#workers) delayingBy(backend, now)
    for (const worker of this.#workers) {
      worker.on('stalled', onStalled)
      // It connects again by itself.
      worker.on('error', (error) => {
        if (isNotRenewed.test(error.message)) return
        if (isLost.test(error.message)) return onLost()
        onError(error)
        this.#rest(worker)
      })
    }
  }

  /** Takes jobs from when the server answers; rejects where it refuses. */
  async start(): Promise<void> {
    await Promise.all(this.#workers.map(async (worker) => await worker.waitUntilReady()))
    if (this.#state === 'closed') return
    this.#state = 'running'
    for (const worker of this.#workers)
      void worker.run().catch((error: unknown) => worker.emit('error', error as Error))
  }

  async close(): Promise<void> {
    this.#state = 'closed'
    for (const timer of this.#resting.values()) clearTimeout(timer)
    await Promise.allSettled(this.#workers.map(async (worker) => await worker.close()))
  }

  /** What waits for a server that is away, ends. */
  disconnect(): void {
    for (const worker of this.#workers) void worker.disconnect().catch(() => {})
  }

  #rest(worker: QueueWorker): void {
    if (this.#state !== 'running' || this.#resting.has(worker)) return
    void worker.pause(true)
    const resume = () => {
      this.#resting.delete(worker)
      if (this.#state === 'running') void worker.resume()
    }
    this.#resting.set(worker, setTimeout(resume, restAfterError))
  }
}

/** BullMQ says until when a job is put off by the clock of whoever puts it off: one that is ahead would keep it from all others. */
export function delayingBy(backend: Pick<QueueWorker['backend'], 'moveToDelayed'>, now: () => number): void {
  const move = backend.moveToDelayed.bind(backend)
  backend.moveToDelayed = async (job, _here, delay, ...others) => await move(job, now(), delay, ...others)
}
