import type { GantryError } from '../errors/gantry-error.ts'

/** What somebody should look at in a store, whether it keeps something from being read or not: a lock, a report of a writer that failed. */
export interface StoreTrouble {
  /** The study that it concerns, as paths name it. */
  readonly study: string
  /** Absent where it concerns all of the study. */
  readonly series?: string
  /** As the store calls it, such as `locked`; never of what images say. */
  readonly kind: string
  /** What reading fails with; absent where all can be read. */
  readonly error?: GantryError | undefined
}
