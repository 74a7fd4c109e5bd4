import type { Store } from '@gantry/core'

import type { Journal } from '../journal/journal.ts'
import { sweepCrashed } from './sweep.ts'

/**
 * Removes what a job left at its destination: unfinished uploads, parcels that were begun, and what a process that was
 * killed did not write down. `since`: when this process opened the journal. What could not be removed stays in the journal.
 */
export async function cleanUp(to: Store, journal: Journal, since = Date.now()): Promise<void> {
  await sweepCrashed(to, journal, since)
  for await (const { id, upload } of journal.uploads()) {
    await to.uploads?.abort(upload)
    await journal.record({ type: 'dropped', id })
  }
  for await (const { parcel, saved } of journal.parcels()) {
    await to.parcels?.discard(saved)
    await journal.record({ type: 'saved', parcel, saved: undefined })
  }
}

/** Whether a job knows of anything that it left at its destination. */
export async function hasLeft(journal: Journal): Promise<boolean> {
  for await (const _ of journal.uploads()) return true
  for await (const _ of journal.parcels()) return true
  return false
}
