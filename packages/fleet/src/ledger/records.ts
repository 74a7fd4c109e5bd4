import type { Entry, ErrorCode, JobSpec } from '@gantry/core'

/** What was submitted once. */
export interface FleetRun {
  readonly id: string
  /** Of the destination. */
  readonly queue: string
  readonly spec: JobSpec
  readonly state: 'submitting' | 'submitted' | 'cancelled'
  readonly created: number
}

/** `done`: every part was verified, and its receipts are recorded. */
export const studyStates = ['queued', 'done', 'failed', 'cancelled'] as const
export type StudyState = (typeof studyStates)[number]

export const partStates = ['queued', 'verified', 'failed'] as const
export type PartState = (typeof partStates)[number]

/** What one child job moves. */
export interface NewPart {
  readonly entries: readonly Entry[]
}

/** A study, or whatever else goes together, as it is to be moved. */
export interface NewStudy {
  /** Job id: see `FleetNames`. */
  readonly id: string
  readonly parts: readonly NewPart[]
}

/** What became of a study that was submitted. */
export interface Planned {
  readonly id: string
  /** Whose plan it is moved by: an earlier run's, where it waits already. Its jobs are called by it. */
  readonly run: string
  /**
   * `queue`: it goes to the queue; `waits`: it is there already, as it was asked for; `differs`: it is there for an earlier run
   * that asked for what this one does not hold, and stays as it is; `done`: it is done, as it was asked for.
   */
  readonly outcome: 'queue' | 'waits' | 'differs' | 'done'
  /** Numbers of the parts that are not verified. */
  readonly parts: readonly number[]
  /** It waited for an earlier run, and goes as this one says. */
  readonly replaced?: true
  /** Of the plan before, where no worker was at any of it: jobs that are of no use any more. */
  readonly stale?: { readonly run: string; readonly parts: readonly number[] }
}

/** A part that is to be worked on. */
export interface BegunPart {
  readonly run: FleetRun
  readonly entries: readonly Entry[]
  /** How often work on it was begun, this time included. */
  readonly begun: number
  /** When the first run was submitted whose workers may have left something of it; default: none did but those of this run. */
  readonly since: number | undefined
}

/** Of the time that a lease lasts, the share that its holder leaves unused, and that others wait longer than that. */
export const leaseSpare = 0.2

/** Of a part to a worker, for as long as the worker hears of the ledger. */
export interface Holder {
  readonly holder: string
  /** Milliseconds after which one that did not hear of the ledger writes nothing any more. */
  readonly lease: number
}

/** Whose plan a part is of, and the delivery that it was last given to, unless that is at it no more. */
export interface PartHolder extends PartKey {
  readonly holder: string | null
}

/**
 * Why a part is not begun. `superseded`: its study was planned anew, by another run; `held`: a worker may still be at a part of
 * the plan before.
 */
export type NotBegun = 'verified' | 'cancelled' | 'superseded' | 'held'

/** One part, of the plan that a run made. */
export interface PartKey {
  readonly study: string
  readonly run: string
  readonly part: number
}

/** What waits of a study, by the plan of a run: its parts that are not verified. */
export interface WaitingStudy extends Pick<PartKey, 'study' | 'run'> {
  readonly parts: readonly number[]
}

/** How a worker leaves a part. */
export interface Delivery extends Pick<Holder, 'holder'> {
  /** Where it is not so, the worker could not open what the part needs: it was not begun. */
  readonly opened: boolean
}

/** What there is to say of a part at its end. */
export interface VerifiedPart {
  /** Entries that were sent, and not there before. */
  readonly sent: number
  /** As `BegunPart` has it. */
  readonly begun: number
}

/** A part that failed for good, until it is tried again. */
export interface DeadPart {
  readonly run: string
  readonly study: string
  readonly part: number
  readonly code: ErrorCode
  /** Entries that failed, of how many. */
  readonly failed: number
  readonly entries: number
  readonly begun: number
}

/** Parts, by state. */
export type PartCounts = Readonly<Record<PartState, number>>

/** How far a run is. */
export interface RunSummary {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly state: FleetRun['state']
  readonly created: number
  readonly studies: Readonly<Record<StudyState, number>>
  readonly parts: PartCounts
  readonly entries: { readonly total: number; readonly verified: number }
  readonly bytes: { readonly total: number; readonly verified: number }
  /** Times that work on a part was begun although it had been begun before. */
  readonly repeated: number
}
