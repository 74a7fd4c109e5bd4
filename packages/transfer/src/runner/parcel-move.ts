import { concernsAll, isGantryError, type Reading } from '@gantry/core'

import type { JournalEntry } from '../journal/journal.ts'
import type { EntryContext } from './entry-context.ts'
import type { EntryDesk } from './entry-desk.ts'
import { codeOf, isOfIntegrity, sayingWhere } from './error-facts.ts'
import type { Outcome } from './move-entry.ts'
import type { UnitInFlight } from './unit-in-flight.ts'
import type { Watched } from './watchdog.ts'

/** What came of an entry of a parcel for good. */
export type Settled = {
  readonly entry: JournalEntry
  readonly outcome: Outcome | { readonly type: 'failed'; readonly error: unknown }
}

/** One attempt at a parcel. */
export interface ParcelMove {
  readonly desk: EntryDesk
  readonly unit: UnitInFlight
  readonly signal: AbortSignal
  /** From 1. */
  readonly attempt: number
  /** Of calls that are about all of it; what concerns one entry is watched by itself. */
  readonly watched: Watched
  /** Journals what came of entries, and tells the machine. */
  readonly settle: (settled: readonly Settled[]) => Promise<void>
  /** What a writer saved of it, in this process or an earlier one. */
  saved: string | undefined
}

/** What one entry failed with, and whose fault it was. */
class EntryFailure extends Error {
  override readonly cause: unknown
  readonly fromSource: boolean

  constructor(cause: unknown, fromSource: boolean) {
    super('An entry failed.')
    this.cause = cause
    this.fromSource = fromSource
  }
}

/** Works on one entry, watched by itself; the parcel does not stall meanwhile. */
export async function withEntry<Value>(
  move: ParcelMove,
  entry: JournalEntry,
  work: (context: EntryContext) => Promise<Value>,
): Promise<Value> {
  const watched = move.desk.link.watchdog.watch(move.signal)
  const context = move.desk.contextOf(entry, watched)
  try {
    return await watched.over(work(context))
  } catch (error) {
    throw new EntryFailure(watched.stalled ?? error, context.sourceError !== undefined)
  } finally {
    watched.close()
  }
}

/**
 * Does it in a slot of the job's; what it fails with concerns this entry alone. A body that was given is closed in the end,
 * which is the parcel's own time: one that hangs ends with the parcel alone, whose source is asked for all of them at once.
 */
export async function guarded(
  move: ParcelMove,
  entry: JournalEntry,
  work: () => Promise<void>,
  given?: Reading,
): Promise<void> {
  try {
    await move.watched.aside(move.desk.slots.within(1, work, move.signal))
  } catch (error) {
    const failure = error instanceof EntryFailure ? error : new EntryFailure(error, false)
    await trouble(move, entry, failure.cause, failure.fromSource)
  } finally {
    await closeGiven(given)
  }
}

/** An error that will not pass is the entry's end; any other leaves it in the unit, as does one that others would meet too. */
export async function trouble(
  move: ParcelMove,
  entry: JournalEntry,
  error: unknown,
  fromSource: boolean,
): Promise<void> {
  const { unit, desk, signal } = move
  if (!unit.has(entry.id)) return
  if (isOfIntegrity(error)) await desk.journal.record({ type: 'doubted', id: entry.id })
  desk.stopped(entry.id)
  const mayPass = signal.aborted || (isGantryError(error) && error.retryable)
  if (mayPass || concernsAll(codeOf(error), fromSource ? 'source' : 'destination')) {
    unit.troubled(entry.id, { error, fromSource })
  } else {
    await move.settle([{ entry, outcome: { type: 'failed', error: sayingWhere(error, fromSource) } }])
  }
}

/** A body that was not read to its end. */
async function closeGiven(reading: Reading | undefined): Promise<void> {
  await reading?.body[Symbol.asyncIterator]().return?.()
}
