import type { JobSpec, Store } from '@gantry/core'
import { cleanUp, hasLeft, isUnfinished, type JobFolder } from '@gantry/transfer'

/**
 * Removes what the newest job of the same words left, that came to its end with failures while its destination could not be
 * reached: a lock or an upload of its own would stand in the way of the next. What cannot be removed stays, and the next
 * one says what is in its way.
 */
export async function cleanUpAfterEnded(folder: JobFolder, spec: JobSpec, to: Store): Promise<void> {
  for await (const summary of folder.like(spec)) {
    if (isUnfinished(summary) || summary.running) continue
    try {
      const journal = folder.open(summary.id)
      try {
        if (await hasLeft(journal)) await cleanUp(to, journal)
      } finally {
        await journal.close()
      }
    } catch {
      // See above.
    }
    return
  }
}
