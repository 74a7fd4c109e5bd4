import { setTimeout as sleep } from 'node:timers/promises'

import type { Catalogue } from '@gantry/catalogue'
import { isGantryError } from '@gantry/core'

import { studiesQueue } from '../fleet-names.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { persistently } from '../ledger/persistently.ts'
import { workerOptions } from '../queue/job-options.ts'
import type { QueueServer, QueueWorker } from '../queue/queue-server.ts'
import { Telemetry } from '../telemetry.ts'
import { PartDesk } from './part-desk.ts'
import type { Prepare } from './prepared.ts'
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

/** Milliseconds between looks for new destinations. */
const lookEvery = 2000

/** Takes parts from the queues of all destinations, and moves them, until it is stopped. */
export class FleetWorker {
  readonly #options: FleetWorkerOptions
  readonly #telemetry = new Telemetry()
  readonly #desk: PartDesk
  readonly #workers = new Map<string, readonly QueueWorker[]>()
  readonly #unwatch: (() => void)[] = []

  constructor(options: FleetWorkerOptions) {
    this.#options = options
    this.#desk = new PartDesk({ ...options, telemetry: this.#telemetry })
  }

  /** Works until the signal is aborted; then finishes what it is at, or hands it back. */
  async run(signal: AbortSignal): Promise<void> {
    const { ledger, grace = 20_000 } = this.#options
    try {
      await this.#desk.open(signal)
      while (!signal.aborted) {
        const queues = await persistently(async () => await ledger.queues(), signal)
        for (const queue of queues) this.#work(queue)
        await sleep(lookEvery, undefined, { signal })
      }
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      const late = setTimeout(() => this.#desk.handBack(), grace)
      for (const unwatch of this.#unwatch) unwatch()
      await Promise.allSettled([...this.#workers.values()].flat().map(async (worker) => await worker.close()))
      clearTimeout(late)
      await this.#desk.close()
    }
  }

  #work({ name, destination }: { name: string; destination: string }): void {
    const { queue, jobs, destinations, lock = workerOptions.lockDuration, log } = this.#options
    if (this.#workers.has(name) || (destinations !== undefined && !destinations.includes(destination))) return
    const settings = { ...workerOptions, lockDuration: lock, stalledInterval: Math.round(lock / 3) }
    const parts = queue.worker(name, async (job, token) => await this.#desk.part(job, token), {
      ...settings,
      concurrency: jobs,
    })
    const studies = queue.worker(studiesQueue(name), async (job) => await this.#desk.study(job), {
      ...settings,
      concurrency: 4,
    })
    parts.on('failed', (job) => {
      if (job?.deferredFailure !== undefined) void this.#desk.lost(job).catch(() => {})
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
}

async function countsOf(server: QueueServer, name: string): Promise<Record<string, number>> {
  const queue = server.queue(name)
  try {
    return await queue.getJobCounts('waiting', 'active', 'delayed', 'failed')
  } finally {
    await queue.close()
  }
}
