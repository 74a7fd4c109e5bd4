import type { FlowJob, FlowProducer } from 'bullmq'

import { partJobId, studiesQueue, studyJobId } from '../fleet-names.ts'
import type { Planned } from '../ledger/records.ts'
import { partOptions, studyOptions } from './job-options.ts'
import type { JobData } from './queue-server.ts'

/**
 * Studies with their parts, as one flow each; one of which a single part is left is that part's job alone. What the queue has
 * already, it ignores.
 */
export async function enqueue(
  flow: FlowProducer,
  queue: string,
  studies: readonly Planned[],
  trace: Readonly<Record<string, string>> = {},
): Promise<void> {
  const jobs = studies
    .filter(({ outcome }) => outcome === 'queue' || outcome === 'waits')
    .map(({ id, run, parts: [first, ...others] }): FlowJob => {
      const partJob = (part: number, alone?: true): FlowJob => ({
        name: 'part',
        queueName: queue,
        data: { study: id, run, part, ...(alone && { alone }), trace } satisfies JobData,
        opts: { ...partOptions, jobId: partJobId(id, run, part) },
      })
      if (first !== undefined && others.length === 0) return partJob(first, true)
      return {
        name: 'study',
        queueName: studiesQueue(queue),
        data: { study: id, run, trace } satisfies JobData,
        opts: { ...studyOptions, jobId: studyJobId(id, run) },
        children: first === undefined ? [] : [first, ...others].map((part) => partJob(part)),
      }
    })
  if (jobs.length > 0) await flow.addBulk(jobs)
}
