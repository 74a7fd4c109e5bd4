import type { JobSpec, Store } from '@gantry/core'
import { isUnfinished, type JobFolder } from '@gantry/transfer'

import { cleanUpJob } from './clean-up-job.ts'

/**
 * Removes what jobs of the same words left that came to their end with failures while their destination could not be
 * reached: a lock or an upload of theirs would stand in the way of the next. `afresh`: and what those left that did not come
 * to their end, in whose place the next one is begun; they can be gone on with all the same. What cannot be removed stays, and the
 * next one says what is in its way.
 */
export async function cleanUpEarlier(
  folder: JobFolder,
  spec: JobSpec,
  to: Store,
  { afresh }: { readonly afresh: boolean },
): Promise<void> {
  for await (const summary of folder.like(spec)) {
    if (summary.running || (isUnfinished(summary) && !afresh)) continue
    try {
      await cleanUpJob(folder, summary.id, () => to)
    } catch {
      // See above.
    }
  }
}
