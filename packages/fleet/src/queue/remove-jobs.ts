import { sideBySide } from '@gantry/core/side-by-side'

import { partJobId, studiesQueue, studyJobId } from '../fleet-names.ts'
import type { WaitingStudy } from '../ledger/records.ts'
import { type FleetQueue, type QueueServer, withQueue } from './queue-server.ts'

/** Studies whose jobs are removed at a time. */
const most = 32

/** Takes jobs out of a destination's queue; one that a worker has stays, and finds by itself that nothing is to be done. */
export type RemoveJobs = (plans: readonly WaitingStudy[]) => Promise<void>

/** Opens a destination's queue to take jobs out of it, as often as `work` says. */
export async function removingJobs(
  server: QueueServer,
  name: string,
  work: (remove: RemoveJobs) => Promise<void>,
): Promise<void> {
  await withQueue(server, name, async (parts) => {
    await withQueue(server, studiesQueue(name), async (studies) => {
      await work(async (plans) => await sideBySide(plans, most, async (plan) => await removePlan(parts, studies, plan)))
    })
  })
}

async function removePlan(parts: FleetQueue, studies: FleetQueue, { study, run, parts: numbers }: WaitingStudy) {
  if (numbers.length > 1) await studies.remove(studyJobId(study, run), { removeChildren: true }).catch(() => 0)
  for (const part of numbers) await parts.remove(partJobId(study, run, part)).catch(() => 0)
}
