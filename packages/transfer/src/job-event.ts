import type { Digests, ErrorCode, Phase, Progress } from '@gantry/core'

/** What lies behind an error, for who has to find it. */
export interface Caused {
  /**
   * Of a `GantryError` its own cause, of any other error that error itself. It may hold paths and what is in files, so it is in
   * no journal, and not enumerable: what is written out of an event or a result leaves it out.
   */
  readonly cause?: unknown
}

/** An entry of a job, as events name it: where it comes from and where it goes. Paths can name patients: do not log. */
export interface EntryNames {
  readonly path: string
  readonly target: string
  readonly bytes: number
}

/** What people who embed a job, and the CLI, hear of it. */
export type JobEvent =
  | { readonly type: 'phase'; readonly phase: Phase }
  | ({ readonly type: 'progress' } & Progress)
  | ({ readonly type: 'entry:start'; readonly attempt: number } & EntryNames)
  | ({ readonly type: 'entry:done'; readonly digests: Digests; readonly verified: boolean } & EntryNames)
  /** `same`: the destination has it; `exists`: the destination has something, and was not to be touched. */
  | ({ readonly type: 'entry:skip'; readonly reason: 'same' | 'exists' } & EntryNames)
  /** `delay` in milliseconds. */
  | ({
      readonly type: 'entry:retry'
      readonly code: ErrorCode
      readonly attempt: number
      readonly delay: number
    } & Caused &
      EntryNames)
  | ({ readonly type: 'entry:error'; readonly code: ErrorCode; readonly message: string } & Caused & EntryNames)
  | { readonly type: 'complete'; readonly result: JobResult }

export type JobEventType = JobEvent['type']

/** All that there are. */
export const jobEventTypes: Readonly<Record<JobEventType, true>> = {
  phase: true,
  progress: true,
  'entry:start': true,
  'entry:done': true,
  'entry:skip': true,
  'entry:retry': true,
  'entry:error': true,
  complete: true,
}

/** What `events()` gives; `lagged` stands where so many events of entries were left out, because their reader was far behind. */
export type StreamedEvent = JobEvent | { readonly type: 'lagged'; readonly lost: number }

/** How a run of a job ended. */
export interface JobResult {
  readonly id: string
  /** `completed` also when entries failed: see `progress.failed`; `paused` also when it was stopped before it began. */
  readonly phase: 'completed' | 'paused' | 'failed' | 'cancelled' | 'ready'
  readonly progress: Progress
  /** Entries done whose destination said nothing that could be compared; `verify` reads them back. */
  readonly unverified: number
  /** Why it failed, where it did. */
  readonly failure?: { readonly code: ErrorCode; readonly message: string } & Caused
  /** Milliseconds of this run. */
  readonly elapsed: number
}
