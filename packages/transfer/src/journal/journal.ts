import type { Digests, Entry, ErrorCode, JobRecord, JobSpec, Phase, StoredPart, Tally, Upload } from '@gantry/core'

/** An entry to be moved, as planned. */
export interface PlannedEntry {
  /** At the source. */
  readonly source: Entry
  /** Path at the destination. */
  readonly target: string
  /** Entries of one parcel are moved together. */
  readonly parcel?: string
  /** Why it has no target, where that is empty. */
  readonly refusal?: Refusal
}

/** An entry whose target another one has, which comes before it in the order of paths. */
export interface Collision {
  readonly id: number
  readonly path: string
  readonly target: string
  /** Path of the first that has the target, and keeps it. */
  readonly first: string
}

/** Why an entry is not moved, for people. */
export interface Refusal {
  readonly code: ErrorCode
  readonly message: string
}

/** An entry that the journal hands over to be moved. */
export interface JournalEntry {
  readonly id: number
  readonly source: Entry
  readonly target: string
  /** An earlier attempt, or process, may have got somewhere with it. */
  readonly begun: boolean
  /** Verifying found that what the job left at the destination is not what it sent. */
  readonly damaged: boolean
  /** An attempt at it failed with `integrity`: what is at the destination may be what it stored, and wrong. */
  readonly doubted: boolean
  /** What the destination had at planning: `undefined` if nothing, `unknown` if it was not listed. */
  readonly existing: Entry | 'unknown' | undefined
  /** Begun by an earlier attempt or process. */
  readonly upload: Upload | undefined
  readonly parts: readonly StoredPart[]
  /** What an unfinished parcel got of it, in an earlier process. */
  readonly added: { readonly size: number; readonly digests: Digests } | undefined
  /** Path at the source of the entry that gets the target: this one is only compared with it. */
  readonly twin?: string
  /** As it was planned. */
  readonly refusal?: Refusal
}

/** What is moved as one: an entry, or a parcel of several. */
export interface JournalUnit {
  readonly parcel?: string
  readonly entries: readonly JournalEntry[]
}

/** An entry that was not moved, because something is there. */
export interface SkippedEntry {
  readonly id: number
  readonly source: Entry
  readonly target: string
}

/** What a committed entry leaves. */
export interface Receipt {
  readonly path: string
  readonly target: string
  readonly bytes: number
  readonly digests: Digests
  /** The destination's own version of it. */
  readonly version?: string
  /** The destination said what it stored, and it was compared. */
  readonly verified: boolean
  /** Milliseconds since the epoch. */
  readonly at: number
}

export interface JournalFailure {
  readonly path: string
  readonly target: string
  readonly code: ErrorCode
  readonly message: string
}

/** What is recorded while a job runs. */
export type JournalEvent =
  | { readonly type: 'phase'; readonly phase: Phase; readonly code?: ErrorCode }
  | { readonly type: 'begun'; readonly id: number; readonly upload: Upload }
  | { readonly type: 'part'; readonly id: number; readonly part: StoredPart }
  /** `size`: of the source, where the plan did not know it. */
  | {
      readonly type: 'done'
      readonly id: number
      readonly receipt: Omit<Receipt, 'path' | 'target' | 'at'>
      readonly size?: number
    }
  /** `size`: as of one that is done. */
  | { readonly type: 'skipped'; readonly id: number; readonly reason: 'same' | 'exists'; readonly size?: number }
  /** `damaged`: to be sent again, whatever the destination says that it has. */
  | {
      readonly type: 'failed'
      readonly id: number
      readonly code: ErrorCode
      readonly message: string
      readonly damaged?: boolean
    }
  | { readonly type: 'retried'; readonly id: number; readonly code: ErrorCode; readonly attempt: number }
  /** An attempt failed with `integrity`; holds until it is done. */
  | { readonly type: 'doubted'; readonly id: number }
  | { readonly type: 'released'; readonly id: number }
  /** The upload is no more: completed, aborted or lost. */
  | { readonly type: 'dropped'; readonly id: number }
  /** It was added to a parcel that is not committed. */
  | { readonly type: 'added'; readonly id: number; readonly bytes: number; readonly digests: Digests }
  /** What the writer of a parcel needs to go on with it; nothing, when there is nothing to go on with any more. */
  | { readonly type: 'saved'; readonly parcel: string; readonly saved: string | undefined }
  | { readonly type: 'checked'; readonly id: number; readonly verified: boolean }

/**
 * The record of one job: append-only in meaning; kept folded, one row an entry, because its last event is all that
 * anyone asks for. A promise that `record` or `take` gives resolves when what it tells would survive `kill -9`.
 */
export interface Journal {
  readonly spec: JobSpec
  /** What is known of the job; entries that were in flight count as pending. */
  load(): Promise<JobRecord>
  /**
   * Told once by the process that goes on with the job: what was in flight is pending again, and what was asked of the
   * earlier process is forgotten.
   */
  recover(): Promise<void>
  /** Entries that were in flight when an earlier process died, until `swept`; `upload` is what is known to be theirs. */
  crashed(): AsyncIterable<{ readonly target: string; readonly upload: Upload | undefined }>
  /** When the process that left them wrote last, as nearly as is known: what was begun much later is not theirs. */
  crashedAt(): Promise<number | undefined>
  /** What those left at the destination is removed. */
  swept(): Promise<void>
  /** Adds to a plan in the making; `clearPlan` before it is begun. */
  addEntries(entries: readonly PlannedEntry[]): Promise<void>
  addExisting(entries: readonly Entry[]): Promise<void>
  /** Forgets an unfinished plan. */
  clearPlan(): Promise<void>
  /** Keeps what was told last of a path that was listed twice; what is dropped, `undefined` where no target has two entries. */
  dropRepeated(): Promise<Tally | undefined>
  /**
   * Entries that have the target of another, all but the first by its path, in the order of planning, by pages. Those of a
   * page may be retargeted or paired before the next is asked for.
   */
  collisions(): AsyncIterable<readonly Collision[]>
  retarget(entries: readonly { readonly id: number; readonly target: string }[]): Promise<void>
  /** The place of each is that of another, at `twin`, and there is none beside it: it goes alone, to be compared. */
  pair(entries: readonly { readonly id: number; readonly twin: string }[]): Promise<void>
  /** `complete`: all of the destination was listed, so what `existing` lacks is not there. */
  finishPlan(existing: 'complete' | 'unknown'): Promise<void>
  /**
   * Marks up to `count` units of pending entries as begun and hands them over: one at least where there is one, and no
   * further ones once they have `most` entries.
   */
  take(count: number, most?: number): Promise<JournalUnit[]>
  /** Entries of no parcel that `take` will hand over after the one with the id `after`, and after all that it has. */
  upcoming(after: number, count: number): Promise<JournalEntry[]>
  /** The entry as it stands now, for another attempt. */
  entry(id: number): Promise<JournalEntry>
  record(event: JournalEvent): Promise<void>
  /** Failed entries become pending again. */
  reopen(): Promise<void>
  /** Entries found to be there already; what `verify` compares anew. */
  same(): AsyncIterable<SkippedEntry>
  /** Entries that were left as they were, because something is there: what it is was not asked. */
  kept(): AsyncIterable<SkippedEntry>
  /** Entries by state, in the order of planning; bounded memory. `size` is that of the source. */
  receipts(): AsyncIterable<Receipt & { readonly id: number; readonly size: number }>
  failures(): AsyncIterable<JournalFailure>
  planned(): AsyncIterable<{
    readonly path: string
    readonly target: string
    readonly bytes: number
    readonly source: Entry
    readonly refusal?: Refusal
  }>
  /** What was saved of a parcel. */
  saved(parcel: string): Promise<string | undefined>
  /** All that was saved of parcels and not forgotten. */
  parcels(): AsyncIterable<{ readonly parcel: string; readonly saved: string }>
  /** Uploads that were begun and not dropped. */
  uploads(): AsyncIterable<{ readonly id: number; readonly upload: Upload }>
  /** What another process asked of the one that runs the job; asked once, told once. */
  takeRequest(): Promise<'pause' | 'cancel' | undefined>
  close(): Promise<void>
}
