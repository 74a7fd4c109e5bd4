import { type Entry, GantryError, type Store } from '@gantry/core'
import { checkGiven } from '@gantry/core/driver'
import { createJobSpec, type Identify, NamedImages, newJobId, type NewJob } from '@gantry/transfer'

import type { Ledger } from './ledger/ledger.ts'
import type { NewStudy } from './ledger/records.ts'
import { cutParts } from './plan/cut-parts.ts'
import { enumerateStudies, refuseCollidingLayout } from './plan/enumerate-studies.ts'
import { enqueue } from './queue/enqueue.ts'
import { type QueueServer, withQueue } from './queue/queue-server.ts'
import { reachable } from './queue/reachable.ts'
import { removingJobs } from './queue/remove-jobs.ts'
import { Telemetry } from './telemetry.ts'

export interface SubmitOptions {
  readonly ledger: Ledger
  readonly queue: QueueServer
  /** `from` and `to` are names that every worker opens by its own configuration; no credentials. */
  readonly job: NewJob
  readonly from: Store
  readonly to: Store
  /** Of headers, where listings do not tell what images are. */
  readonly identify?: Identify | undefined
  /**
   * Parts to be begun in a time, by all workers together; default: as many as they can. It is the destination's, and the last
   * word counts: without it, the rate of an earlier run is taken off.
   */
  readonly rate?: Rate | undefined
  readonly signal: AbortSignal
  readonly onProgress?: ((submitted: Submitted) => void) | undefined
}

export interface Rate {
  readonly max: number
  /** Milliseconds. */
  readonly duration: number
}

export interface Submitted {
  /** Where no study went to the queue, there is no such run. */
  readonly run: string
  /** Studies that went to the queue. */
  readonly studies: number
  readonly parts: number
  readonly entries: number
  readonly bytes: number
  /** Of those, such as waited for an earlier run with other words or entries, and go as this one says. */
  readonly replaced: number
  /** Studies that wait there already, of an earlier run that says the same. */
  readonly waiting: number
  /** Studies that wait for an earlier run which asked for what this one does not hold: they are moved as that one says. */
  readonly differing: number
  /** Those earlier runs: once they are done or cancelled, this can be submitted again. */
  readonly earlier: readonly string[]
  /** Studies that are done, as they are. */
  readonly done: number
  /** Names that cannot be moved, and files that cannot be read. */
  readonly refused: number
  /** Studies and series that were named by their UIDs, and of which the source has nothing that was asked for. */
  readonly missing: number
}

/** Studies that are written down, and queued, at a time. */
const batchSize = 50
const batchEntries = 20_000

/**
 * Writes down what a source holds, study by study, and queues it. What is written down and not queued, because this ended
 * in between, is queued by the next that submits it, or by `retry`.
 */
export async function submit(options: SubmitOptions): Promise<Submitted> {
  checkGiven(options, 'submit', {
    ledger: 'object',
    queue: 'object',
    from: 'store',
    to: 'store',
    job: 'object',
    signal: 'object',
  })
  const { ledger, queue, from, to, signal, identify, onProgress } = options
  const spec = createJobSpec({ id: newJobId(), ...options.job })
  refuseNameless(spec.from, from)
  refuseNameless(spec.to, to)
  refuseCollidingLayout(spec.layout)
  if (spec.retainUntil !== undefined && to.abilities.retain !== true) {
    throw new GantryError(
      'unsupported',
      `This ${to.scheme} place is not opened as one that refuses removal: it takes the option "retention" of a bucket that can.`,
    )
  }
  const telemetry = new Telemetry()
  const flow = queue.flow()
  try {
    await reachable(flow, queue.kind)
    const run = ledger.newRun(spec)
    let limited = false
    const limit = async () => {
      const { rate } = options
      if (limited) return
      await withQueue(queue, run.queue, async (one) => {
        if (rate === undefined) await one.removeGlobalRateLimit()
        else await one.setGlobalRateLimit(rate.max, rate.duration)
      })
      limited = true
    }
    const totals = new Totals(spec.id)
    await telemetry.span('fleet.submit', undefined, async (span) => {
      const trace = telemetry.carrier(span)
      const send = async (batch: readonly NewStudy[]) => {
        if (batch.length === 0) return
        await limit()
        const planned = await ledger.plan(run, batch)
        const stale = planned.flatMap(({ id, stale: jobs }) => (jobs === undefined ? [] : [{ study: id, ...jobs }]))
        if (stale.length > 0) await removingJobs(queue, run.queue, async (remove) => await remove(stale))
        await enqueue(flow, run.queue, planned, trace)
        totals.add(batch, planned)
        onProgress?.(totals.told())
      }
      let batch: NewStudy[] = []
      let entries = 0
      const named = new NamedImages(spec.selection)
      const found = enumerateStudies({
        from,
        named,
        selection: spec.selection,
        signal,
        onRefused: () => (totals.refused += 1),
        ...(identify !== undefined && { identify }),
      })
      for await (const study of found) {
        const id = ledger.names.study(spec.from, spec.to, study.study)
        batch.push({ id, parts: cutParts(study.entries.map(kept), { from, to }) })
        entries += study.entries.length
        if (batch.length < batchSize && entries < batchEntries) continue
        await send(batch)
        batch = []
        entries = 0
      }
      await send(batch)
      // What cannot be read may be what was named.
      if (totals.refused === 0) totals.missing = named.missing().length
      await ledger.submitted(run.id)
    })
    return totals.told()
  } finally {
    await flow.close()
  }
}

/** Studies are known by where they come from and go to: two places of one name would be one. */
function refuseNameless(url: string, { scheme }: Store): void {
  if (url !== `${scheme}:`) return
  throw new GantryError('invalid', `A fleet needs the whole URL of a place, and "${url}" does not say where it is.`)
}

/** What the ledger has of an entry: with what its header says, which a worker would else read again. */
function kept({ tier: _tier, ...entry }: Entry): Entry {
  return entry
}

class Totals {
  readonly #run: string
  #studies = 0
  #parts = 0
  #entries = 0
  #bytes = 0
  #replaced = 0
  #waiting = 0
  #differing = 0
  readonly #earlier = new Set<string>()
  #done = 0
  refused = 0
  missing = 0

  constructor(run: string) {
    this.#run = run
  }

  add(batch: readonly NewStudy[], planned: Awaited<ReturnType<Ledger['plan']>>): void {
    for (const [index, { outcome, run, replaced }] of planned.entries()) {
      if (outcome === 'waits') this.#waiting += 1
      else if (outcome === 'differs') {
        this.#differing += 1
        this.#earlier.add(run)
      } else if (outcome === 'done') this.#done += 1
      else {
        if (replaced === true) this.#replaced += 1
        const { parts } = batch[index] as NewStudy
        this.#studies += 1
        this.#parts += parts.length
        for (const { entries } of parts) {
          this.#entries += entries.length
          this.#bytes += entries.reduce((sum, { size = 0 }) => sum + size, 0)
        }
      }
    }
  }

  told(): Submitted {
    return {
      run: this.#run,
      studies: this.#studies,
      parts: this.#parts,
      entries: this.#entries,
      bytes: this.#bytes,
      replaced: this.#replaced,
      waiting: this.#waiting,
      differing: this.#differing,
      earlier: [...this.#earlier],
      done: this.#done,
      refused: this.refused,
      missing: this.missing,
    }
  }
}
