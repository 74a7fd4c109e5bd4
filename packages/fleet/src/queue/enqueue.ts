import type { FlowJob, FlowProducer } from 'bullmq'

import { partJobId, studiesQueue } from '../fleet-names.ts'
import type { Planned } from '../ledger/records.ts'
import { partOptions, studyOptions } from './job-options.ts'

/** Studies with their parts, as one flow each: what the queue has already, it ignores. */
export async function enqueue(
  flow: FlowProducer,
  queue: string,
  studies: readonly Planned[],
  trace: Readonly<Record<string, string>> = {},
): Promise<void> {
  const jobs = studies
    .filter(({ outcome }) => outcome !== 'done')
    .map(({ id, parts }): FlowJob => ({
      name: 'study',
      queueName: studiesQueue(queue),
      data: { study: id, trace },
      opts: { ...studyOptions, jobId: id },
      children: parts.map((part) => ({
        name: 'part',
        queueName: queue,
        data: { study: id, part, trace },
        opts: { ...partOptions, jobId: partJobId(id, part) },
      })),
    }))
  if (jobs.length > 0) await flow.addBulk(jobs)
}
