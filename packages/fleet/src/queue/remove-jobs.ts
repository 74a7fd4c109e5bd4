import { partJobId, studiesQueue, studyJobId } from '../fleet-names.ts'
import { type FleetQueue, type QueueServer, withQueue } from './queue-server.ts'

/** Of the plan of a study, as far as the queue has them. */
export interface PlanJobs {
  readonly study: string
  readonly run: string
  readonly parts: readonly number[]
}

/** Takes jobs out of a destination's queue; one that a worker has stays, and finds by itself that nothing is to be done. */
export async function removeJobs(server: QueueServer, name: string, plans: readonly PlanJobs[]): Promise<void> {
  if (plans.length === 0) return
  await withQueue(server, name, async (parts) => {
    await withQueue(server, studiesQueue(name), async (studies) => {
      for (const plan of plans) await removePlan(parts, studies, plan)
    })
  })
}

async function removePlan(parts: FleetQueue, studies: FleetQueue, { study, run, parts: numbers }: PlanJobs) {
  if (numbers.length > 1) await studies.remove(studyJobId(study, run), { removeChildren: true }).catch(() => 0)
  for (const part of numbers) await parts.remove(partJobId(study, run, part)).catch(() => 0)
}
