import { GantryError } from '@gantry/core'

import { partJobId, studiesQueue, studyJobId } from './fleet-names.ts'
import type { Ledger } from './ledger/ledger.ts'
import type { Planned, RunSummary } from './ledger/records.ts'
import { enqueue } from './queue/enqueue.ts'
import { type FleetQueue, type QueueServer, withQueue } from './queue/queue-server.ts'
import { reachable } from './queue/reachable.ts'
import { type RemoveJobs, removingJobs } from './queue/remove-jobs.ts'

export interface Fleet {
  readonly ledger: Ledger
  readonly queue: QueueServer
}

/** A destination's queue as it is now. */
export interface QueueSummary {
  readonly destination: string
  readonly paused: boolean
  /** Parts, by what the queue does with them. */
  readonly waiting: number
  readonly active: number
  readonly delayed: number
  readonly dead: number
}

export interface FleetStatus {
  readonly runs: readonly RunSummary[]
  readonly queues: readonly QueueSummary[]
}

/** How far each run is, by the ledger, and what the queues hold. */
export async function status({ ledger, queue }: Fleet, only?: string): Promise<FleetStatus> {
  const found = only === undefined ? await ledger.runs() : [await ledger.run(only)]
  const runs: RunSummary[] = []
  for (const run of found) runs.push(await ledger.summary(run))
  const queues: QueueSummary[] = []
  for (const { name, destination } of await ledger.queues()) {
    if (only !== undefined && !found.some((run) => run.queue === name)) continue
    queues.push(await withQueue(queue, name, async (parts) => await summaryOf(parts, destination)))
  }
  return { runs, queues }
}

async function summaryOf(parts: FleetQueue, destination: string): Promise<QueueSummary> {
  // PostgreSQL says `paused` of what waits in a queue that is; the types do not know it any more.
  const paused = 'paused' as 'waiting'
  const counts = await parts.getJobCounts('waiting', paused, 'active', 'delayed', 'failed', 'prioritized')
  const of = (...states: string[]) => states.reduce((sum, state) => sum + (counts[state] ?? 0), 0)
  return {
    destination,
    paused: await parts.isPaused(),
    waiting: of('waiting', paused, 'prioritized'),
    active: of('active'),
    delayed: of('delayed'),
    dead: of('failed'),
  }
}

/**
 * No worker begins another part of these destinations; what is begun is finished. Default: all of them. `not_found` for one that
 * nothing was submitted to.
 */
export async function pause(fleet: Fleet, destination?: string): Promise<number> {
  return await eachQueue(fleet, destination, async (parts) => await parts.pause())
}

/** The other way round. */
export async function resume(fleet: Fleet, destination?: string): Promise<number> {
  return await eachQueue(fleet, destination, async (parts) => await parts.resume())
}

async function eachQueue(
  { ledger, queue }: Fleet,
  destination: string | undefined,
  work: (parts: FleetQueue) => Promise<void>,
): Promise<number> {
  const queues = (await ledger.queues()).filter((one) => destination === undefined || one.destination === destination)
  if (destination !== undefined && queues.length === 0) {
    throw new GantryError(
      'not_found',
      'Nothing was submitted to that destination: gantry fleet status lists those that are known.',
    )
  }
  for (const { name } of queues) await withQueue(queue, name, work)
  return queues.length
}

/**
 * Workers leave what they are at, and nothing is done with what waits; what was verified stays. Where it ends in between, no part is
 * begun all the same, and told again it goes on.
 */
export async function cancel({ ledger, queue }: Fleet, run: string): Promise<void> {
  const { queue: name } = await ledger.run(run)
  await ledger.cancel(run)
  const giveUp = async (remove: RemoveJobs) => {
    for await (const page of ledger.cancelled(run)) await remove(page)
  }
  // The ledger has said it. Where the queue does not answer, whoever is given one of its jobs finds nothing to do.
  await removingJobs(queue, name, giveUp).catch(async () => await giveUp(async () => {}))
}

/**
 * Queues again what failed; and, where `all`, what the queue has lost. How many parts went to the queue. Nothing of runs that were
 * cancelled: `precondition_failed` for one that is named.
 */
export async function retry(
  fleet: Fleet,
  only?: string,
  { all = false } = {},
): Promise<{ studies: number; parts: number }> {
  const { ledger, queue } = fleet
  const runs = only === undefined ? await ledger.runs() : [await ledger.run(only)]
  if (only !== undefined && runs[0]?.state === 'cancelled') {
    throw new GantryError('precondition_failed', 'The run was cancelled: what it left is submitted anew.')
  }
  const flow = queue.flow()
  const again = { studies: 0, parts: 0 }
  try {
    await reachable(flow, queue.kind)
    for (const run of runs.filter(({ state }) => state !== 'cancelled')) {
      await withQueue(queue, run.queue, async (parts) => {
        await withQueue(queue, studiesQueue(run.queue), async (studies) => {
          for await (const page of ledger.reopen(run, { failedOnly: !all })) {
            for (const study of page) {
              // A job that failed would stand in the way of its successor.
              const id = studyJobId(study.id, run.id)
              if (!(await isFailed(studies, id))) await removeFailed(parts, study)
              else await studies.remove(id, { removeChildren: true }).catch(() => 0)
              again.studies += 1
              again.parts += study.parts.length
            }
            await enqueue(flow, run.queue, page)
          }
        })
      })
    }
    return again
  } finally {
    await flow.close()
  }
}

async function isFailed(queue: FleetQueue, id: string): Promise<boolean> {
  return (await queue.getJobState(id)) === 'failed'
}

async function removeFailed(queue: FleetQueue, { id: study, run, parts }: Planned): Promise<void> {
  for (const part of parts) {
    const id = partJobId(study, run, part)
    if (await isFailed(queue, id)) await queue.remove(id).catch(() => 0)
  }
}
