import type { Entry, Layout, Store, Tally } from '@gantry/core'

import type { Identify } from './job.ts'
import type { Journal, PlannedEntry } from './journal/journal.ts'
import type { Watchdog, Watched } from './runner/watchdog.ts'
import type { Transform } from './transform.ts'

/** Entries that are held at a time. */
export const batchSize = 1000

export interface PlannerOptions {
  readonly from: Store
  readonly to: Store
  readonly journal: Journal
  readonly layout: Layout
  readonly identify: Identify | undefined
  readonly entries: (() => AsyncIterable<Entry>) | undefined
  readonly others?: string | undefined
  readonly transforms: readonly Transform[]
  /** Has the last word on where entries go, before those are told apart that go to one place. */
  readonly placed?: ((entries: readonly PlannedEntry[]) => Promise<readonly PlannedEntry[]>) | undefined
  readonly signal: AbortSignal
  readonly watchdog: Watchdog
  /** `unsized`: of some nobody knows how long they are. */
  readonly added: (added: Tally, unsized: boolean) => void
}

/** One attempt at a plan. */
export interface Planning extends PlannerOptions {
  readonly watched: Watched
}
