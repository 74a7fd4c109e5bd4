import { createJobState, type JobState, type Limits, type Tally } from './state.ts'
import type { Phase } from './phase.ts'
import { transition } from './transition.ts'

/** What a journal knows of a job when it is opened: the fold of all that was recorded. */
export interface JobRecord {
  readonly phase: Phase
  readonly planned: boolean
  readonly verify: boolean
  /** Every entry's bytes are known. */
  readonly sized: boolean
  readonly total: Tally
  /** Neither done, skipped nor failed: whatever was in flight counts here. */
  readonly pending: Tally
  readonly done: Tally
  readonly skipped: Tally
  readonly failed: Tally
  readonly unverified: number
}

/**
 * The state of a job that an earlier process left, however it ended: a live phase becomes `paused`, an unfinished plan
 * a `draft`. A job that was `cancelling` still is, and goes on with that when told `job:resume` or
 * `job:cancel`.
 */
export function restoreState(record: JobRecord, limits?: Partial<Limits>): JobState {
  const { phase, planned, verify, sized, total, pending, done, skipped, failed, unverified } = record
  const fresh = createJobState(limits === undefined ? { verify } : { verify, limits })
  const state = { ...fresh, phase, planned, sized, total, pending, done, skipped, failed, unverified }
  return { ...transition(state, { type: 'job:recover' }).state, task: undefined }
}
