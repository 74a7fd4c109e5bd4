import type { Store } from '@gantry/core'
import { cleanUp, hasLeft, type JobFolder } from '@gantry/transfer'

/**
 * Removes what a job that nobody runs left half-sent at its destination, which is asked for only where there is any; whether there
 * was.
 */
export async function cleanUpJob(folder: JobFolder, id: string, reach: () => Store | Promise<Store>): Promise<boolean> {
  const journal = folder.open(id)
  try {
    // What was in flight when its process was killed may have left something, too.
    await journal.recover()
    if (!(await hasLeft(journal))) return false
    await cleanUp(await reach(), journal)
    return true
  } finally {
    await journal.close()
  }
}
