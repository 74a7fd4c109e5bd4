import { createConcurrency, GantryError, restoreState } from '@gantry/core'

import type { Job, JobOptions } from './job.ts'
import { RunningJob } from './runner/running-job.ts'

/**
 * Opens a job on its journal: a new one is a draft, an earlier one stands where its process left it. Only one process
 * at a time may have it open, which the journal's lock sees to. `invalid` unless it is
 * given the transforms that it was made with: without them, it would send what was not meant to be sent.
 */
export async function openJob(options: JobOptions): Promise<Job> {
  const { journal, limits, transforms = [] } = options
  const names = transforms.map(({ name }) => name)
  if (JSON.stringify(names) !== JSON.stringify(journal.spec.transforms)) {
    throw new GantryError('invalid', 'The job goes with other transforms than it was made with.')
  }
  await journal.recover()
  const { concurrency } = journal.spec
  const first = concurrency === 'auto' ? createConcurrency().limit : concurrency
  return new RunningJob(options, restoreState(await journal.load(), { ...limits, concurrency: first }))
}
