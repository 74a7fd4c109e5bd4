import { checkGiven } from '@gantry/core/driver'
import { setTimeout as sleep } from 'node:timers/promises'

import type { Catalogue } from '@gantry/catalogue'

import type { Ledger } from '../ledger/ledger.ts'
import { untilAnswered } from '../ledger/until-answered.ts'
import { workerOptions } from '../queue/job-options.ts'
import type { QueueServer } from '../queue/queue-server.ts'
import { answers, queueErrorCode } from '../queue/reachable.ts'
import { Telemetry } from '../telemetry.ts'
import { PartDesk } from './part-desk.ts'
import type { Prepare } from './prepared.ts'
import { toldWithin } from './queue-told.ts'
import { QueueWorkers } from './queue-workers.ts'
import { SeldomLog, type WorkerLog } from './worker-log.ts'

export interface FleetWorkerOptions {
  readonly ledger: Ledger
  readonly catalogue: Catalogue
  readonly queue: QueueServer
  readonly prepare: Prepare
  /** Parts at a time, of each destination. */
  readonly jobs: number
  /** Works for these destinations alone. */
  readonly destinations?: readonly string[] | undefined
  /** Milliseconds that parts have to end in when the worker is stopped, before they are handed back; default: 20 seconds. */
  readonly grace?: number | undefined
  readonly log?: WorkerLog | undefined
  /** Told of what nobody expected, of which the log has no more than `internal`: its words could be anything. */
  readonly onUnexpected?: ((error: unknown) => void) | undefined
  /** Milliseconds after which the parts of a worker that died are another's; default: 30 seconds. */
  readonly lock?: number | undefined
}

/** Milliseconds between looks for destinations that something waits for. */
const lookEvery = 2000
/** Milliseconds in which nothing waits for a destination before its queues are closed. */
const idleFor = 60_000

interface Working {
  readonly workers: QueueWorkers
  readonly unwatch: () => void
  /** Something waited for the destination then. */
  busy: number
}

/** Takes parts from the queues of all destinations, and moves them, until it is stopped. */
export class FleetWorker {
  readonly #options: FleetWorkerOptions
  readonly #telemetry = new Telemetry()
  readonly #desk: PartDesk
  readonly #seldom: SeldomLog
  readonly #working = new Map<string, Working>()
  /** Milliseconds that this machine's clock is ahead of the ledger's. */
  #ahead = 0

  constructor(options: FleetWorkerOptions) {
    checkGiven(options, 'FleetWorker', { ledger: 'object', queue: 'object', prepare: 'function', jobs: 'number' })
    this.#options = options
    this.#desk = new PartDesk({ ...options, telemetry: this.#telemetry })
    this.#seldom = new SeldomLog(options.log)
  }

  /**
   * Works until the signal is aborted; then finishes what it is at, or hands it back. Rejects where the queue does not answer, or
   * refuses, when it begins; later it is waited for.
   */
  async run(signal: AbortSignal): Promise<void> {
    const { queue, grace = 20_000 } = this.#options
    try {
      await answers(queue, signal)
      await this.#desk.open(signal)
      while (!signal.aborted) {
        await this.#look(await untilAnswered(async () => await this.#busyQueues(), signal), signal)
        await sleep(lookEvery, undefined, { signal })
      }
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      const late = setTimeout(() => this.#desk.handBack(), grace)
      for (const { unwatch } of this.#working.values()) unwatch()
      await this.#close()
      clearTimeout(late)
      await this.#desk.close()
    }
  }

  /** When what is worked on has ended, a queue that is away is not waited for. */
  async #close(): Promise<void> {
    const workers = [...this.#working.values()].map((one) => one.workers)
    const closing = Promise.allSettled(workers.map(async (one) => await one.close()))
    const closed = new AbortController()
    const wait = async (time: number) => await sleep(time, undefined, { signal: closed.signal }).catch(() => {})
    const late = this.#desk.ended().then(async () => await wait(toldWithin))
    await Promise.race([closing, late])
    for (const one of workers) one.disconnect()
    await Promise.race([closing, wait(1000)])
    closed.abort()
  }

  async #busyQueues(): Promise<{ name: string; destination: string }[]> {
    const { ledger } = this.#options
    const asked = Date.now()
    const now = await ledger.now()
    this.#ahead = (asked + Date.now()) / 2 - now
    return await ledger.busyQueues()
  }

  /** Begins to work for destinations that something waits for; where the queue does not answer, another look is made. */
  async #look(queues: readonly { name: string; destination: string }[], signal: AbortSignal): Promise<void> {
    const { queue, destinations } = this.#options
    const ours = queues.filter(({ destination }) => destinations?.includes(destination) ?? true)
    const now = performance.now()
    for (const { name } of ours) {
      const working = this.#working.get(name)
      if (working !== undefined) working.busy = now
    }
    for (const [name, working] of this.#working) if (now - working.busy > idleFor) this.#leave(name, working)
    const fresh = ours.filter(({ name }) => !this.#working.has(name))
    if (fresh.length === 0) return
    try {
      await answers(queue, signal)
    } catch (error) {
      if (signal.aborted) throw error
      this.#seldom.tell({ type: 'queue', code: queueErrorCode(error) })
      return
    }
    for (const { name } of fresh) this.#work(name)
  }

  #work(name: string): void {
    const { queue, jobs, lock = workerOptions.lockDuration, log } = this.#options
    const tell = (error: unknown) => this.#seldom.tell({ type: 'queue', queue: name, code: queueErrorCode(error) })
    const onLost = () => this.#seldom.tell({ type: 'lock', queue: name, outcome: 'lost' })
    const onStalled = (job: string) => log?.({ type: 'stalled', job })
    const now = () => Math.round(Date.now() - this.#ahead)
    const about = { server: queue, name, jobs, lock, desk: this.#desk, now }
    const workers = new QueueWorkers({ ...about, onError: tell, onLost, onStalled })
    const unwatch = this.#telemetry.watchQueue(async () => await countsOf(queue, name), name)
    const working = { workers, unwatch, busy: performance.now() }
    this.#working.set(name, working)
    log?.({ type: 'queue', queue: name })
    workers.start().catch((error: unknown) => {
      // What could not begin does not recover: others are made at the next look.
      tell(error)
      this.#leave(name, working)
    })
  }

  /** Others are made when something waits again, once these are closed. */
  #leave(name: string, working: Working): void {
    working.busy = Number.POSITIVE_INFINITY
    working.unwatch()
    void working.workers.close().finally(() => this.#working.delete(name))
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
