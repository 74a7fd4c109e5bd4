import type { ErrorCode } from '../errors/error-code.ts'
import { GantryError } from '../errors/gantry-error.ts'
import type { Phase } from './phase.ts'

/** Entries and their bytes. */
export interface Tally {
  readonly entries: number
  readonly bytes: number
}

/** An entry, or a unit of several, that has a slot: being moved, or waiting for its next attempt. */
export interface InFlight {
  /** How many of it have not come to their end. */
  readonly entries: number
  readonly bytes: number
  /** From 1. */
  readonly attempt: number
  readonly waiting: boolean
}

/** What works on the whole job rather than on one entry; one at a time, and not while entries are moved. */
export interface Task {
  readonly type: 'plan' | 'verify' | 'clean'
  /** Told to stop, and yet to answer: what it says no longer decides, and nothing else begins or rests until then. */
  readonly stopped: boolean
}

/** How much a job may do at a time, and how often it may try. */
export interface Limits {
  /** Entries, or units of several, at a time. */
  readonly concurrency: number
  /** Attempts at one entry, or at a unit without any of it getting done. */
  readonly attempts: number
  /** Retries in the whole job, so that a broken store ends a job instead of grinding through it. */
  readonly retries: number
}

/**
 * All that decides what a job does next: counters and what is in flight, never the list of entries, which is in the
 * journal. At every moment `total = pending + inFlight + done + skipped + failed`, in entries and in bytes.
 */
export interface JobState {
  readonly phase: Phase
  readonly limits: Limits
  readonly verify: boolean
  /** The whole source is listed in the journal. */
  readonly planned: boolean
  /** Every entry's bytes are known; else `total` grows as they are learned. */
  readonly sized: boolean
  readonly total: Tally
  readonly pending: Tally
  readonly inFlight: ReadonlyMap<number, InFlight>
  readonly done: Tally
  readonly skipped: Tally
  readonly failed: Tally
  /** Of `done`: those whose destination said nothing that could be compared. */
  readonly unverified: number
  readonly retries: number
  /** Entries asked of the journal and not yet handed over. */
  readonly asked: number
  /** What works on the whole job, if anything does. */
  readonly task: Task | undefined
  /** Why the job failed. */
  readonly failure?: ErrorCode
}

/** Nothing. */
export const noTally: Tally = { entries: 0, bytes: 0 }

/** What a job may do if nothing else is said. */
export const defaultLimits: Limits = { concurrency: 16, attempts: 8, retries: 10_000 }

/** A job that nothing was done for; `invalid` for limits that no job could keep. */
export function createJobState(
  options: { readonly verify?: boolean; readonly limits?: Partial<Limits> } = {},
): JobState {
  return {
    phase: 'draft',
    limits: checkLimits({ ...defaultLimits, ...options.limits }),
    verify: options.verify ?? false,
    planned: false,
    sized: true,
    total: noTally,
    pending: noTally,
    inFlight: new Map(),
    done: noTally,
    skipped: noTally,
    failed: noTally,
    unverified: 0,
    retries: 0,
    asked: 0,
    task: undefined,
  }
}

/** A job that may do nothing at a time would end with nothing done, as if it were complete. */
function checkLimits(limits: Limits): Limits {
  const { concurrency, attempts, retries } = limits
  if (Number.isInteger(concurrency) && concurrency >= 1 && attempts >= 1 && retries >= 0) return limits
  throw new GantryError('invalid', 'The limits of a job are whole numbers: of concurrency and attempts, 1 at least.')
}

/** A tally with an entry, or several, of so many bytes more. */
export function add(tally: Tally, bytes: number, entries = 1): Tally {
  return { entries: tally.entries + entries, bytes: tally.bytes + bytes }
}

/** A tally with an entry, or several, of so many bytes less. */
export function subtract(tally: Tally, bytes: number, entries = 1): Tally {
  return { entries: tally.entries - entries, bytes: tally.bytes - bytes }
}
