import type { Store } from '@gantry/core'

import type { Journal } from '../journal/journal.ts'
import { sweepCrashed } from './sweep.ts'
import { Watchdog } from './watchdog.ts'

/**
 * Removes what a job left at its destination: unfinished uploads, parcels that were begun, and what a process that was
 * killed did not write down. `since`: when this process opened the journal. Rejects with the destination's errors; what could not be removed stays in the journal.
 */
export async function cleanUp(to: Store, journal: Journal, since = Date.now()): Promise<void> {
  await cleanUpWatched(to, journal, since, new Watchdog())
}

/** The same, with the patience of a job. */
export async function cleanUpWatched(to: Store, journal: Journal, since: number, watchdog: Watchdog): Promise<void> {
  // Who cancels waits for this, and nothing but its silence ends it.
  const never = new AbortController().signal
  const unswept = await sweepCrashed(to, journal, { since, watchdog, signal: never })
  for await (const { id, upload } of journal.uploads()) {
    await watchdog.guard(never, async ({ signal }) => await to.uploads?.abort(upload, { signal }))
    await journal.record({ type: 'dropped', id })
  }
  for await (const { parcel, saved } of journal.parcels()) {
    await watchdog.guard(never, async ({ signal }) => await to.parcels?.discard(saved, { signal }))
    await journal.record({ type: 'saved', parcel, saved: undefined })
  }
  if (unswept !== undefined) throw unswept
}

/**
 * Whether a job knows of anything that it left at its destination, or may have left there when its process was killed: what that one had in
 * flight counts once the journal is told to `recover`.
 */
export async function hasLeft(journal: Journal): Promise<boolean> {
  for await (const _ of journal.crashed()) return true
  for await (const _ of journal.uploads()) return true
  for await (const _ of journal.parcels()) return true
  return false
}
