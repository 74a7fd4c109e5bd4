import type { JobSpec, Store } from '@gantry/core'
import { cleanUp, hasLeft, type JobFolder } from '@gantry/transfer'

import { isUnfinished, wordsOf } from './find-unfinished.ts'

/**
 * Removes what the newest job of the same words left, that came to its end with failures while its destination could not be
 * reached: a lock or an upload of its own would stand in the way of the next. What cannot be removed stays, and the next
 * one says what is in its way.
 */
export async function cleanUpAfterEnded(folder: JobFolder, spec: JobSpec, to: Store): Promise<void> {
  const wanted = wordsOf(spec)
  for await (const summary of folder.list()) {
    if (isUnfinished(summary) || summary.running || wordsOf(summary.spec) !== wanted) continue
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
