import { cleanUp, hasLeft, type JobFolder, type JobSummary } from '@gantry/transfer'

import type { Context } from '../context.ts'
import { openPlaces } from '../places/open-places.ts'

/** Removes what a job that does not run left at its destination, which is opened only if there is something. Whether there was. */
export async function cleanUpJob(
  context: Context,
  folder: JobFolder,
  { id, spec }: Pick<JobSummary, 'id' | 'spec'>,
): Promise<boolean> {
  const journal = folder.open(id)
  try {
    if (!(await hasLeft(journal))) return false
    const places = await openPlaces(context)
    const { store } = await places.open(spec.to)
    try {
      await cleanUp(store, journal)
    } finally {
      await store.close()
    }
    return true
  } finally {
    await journal.close()
  }
}
