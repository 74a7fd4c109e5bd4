import { GantryError, type JobState, transition, type TransferEvent } from '@gantry/core'

import type { EntryDesk } from './entry-desk.ts'
import { codeOf, sayingWhere } from './error-facts.ts'
import type { Settled } from './parcel-move.ts'
import type { UnitInFlight } from './unit-in-flight.ts'

/** Whether that is the end of all that is left of the unit: the machine says so. */
export function isGivenUp(state: JobState, failure: TransferEvent): boolean {
  return transition(state, failure).state.failed.entries > state.failed.entries
}

/**
 * What of a unit that is given up ends by itself, so that the rest can be moved without it: entries that the source failed at,
 * twice at least where there are attempts for that. None yet, where all get another go; `undefined` where nothing can be gone on with.
 */
export function spentOf(unit: UnitInFlight, attempts: number): readonly Settled[] | undefined {
  const { entries, troubles } = unit
  // What the destination failed at would fail the rest as well.
  if (troubles.size === 0 || [...troubles.values()].some(({ fromSource }) => !fromSource)) return undefined
  const spent = entries.flatMap((entry): Settled[] => {
    const error = troubles.get(entry.id)?.error
    if (error === undefined || unit.timesOf(entry.id) < Math.min(2, attempts)) return []
    return [{ entry, outcome: { type: 'failed', error: sayingWhere(error, true) } }]
  })
  return spent.length === entries.length ? undefined : spent
}

/** Why an entry is not there that nothing was wrong with. */
export function withOthers(error: unknown): GantryError {
  return new GantryError(codeOf(error), 'What it was to be written with failed, and nothing of that was written.', {
    cause: error,
  })
}

/** Lets go of what is saved of a parcel that nobody will go on with; what cannot be removed stays in the journal, for who forgets the job. */
export async function discardSaved({ journal, link, options }: EntryDesk, parcel: string): Promise<void> {
  const saved = await journal.saved(parcel)
  if (saved === undefined) return
  try {
    const discard = async (signal: AbortSignal) => await options.to.parcels?.discard(saved, { signal })
    await link.watchdog.guard(link.signal(), async ({ signal }) => await discard(signal))
  } catch {
    return
  }
  await journal.record({ type: 'saved', parcel, saved: undefined })
}
