import type {
  Attributes,
  Entry,
  Hashing,
  ImageIdentity,
  JobSpec,
  JobState,
  Layout,
  Limits,
  Progress,
  RetryTiming,
  Store,
} from '@gantry/core'
import type { JobEvent, JobEventType, JobResult, StreamedEvent } from './job-event.ts'
import type { Journal } from './journal/journal.ts'
import type { Transform } from './transform.ts'

/** What a header says; the `flaw` of what is DICOM and no image that can be read. */
export interface Identified {
  readonly image?: ImageIdentity
  /** Only of a header that was read to its end. */
  readonly attributes?: Attributes
  readonly flaw?: string
  /** What was read of a header that could not be read to its end, of the asked keywords and of its UIDs: it may show that the entry is not meant. */
  readonly partly?: Attributes
}

/**
 * Tells an entry's image identity and attributes from a bounded read of its header; `undefined` for other files. A `flaw` is
 * told where only images have a place, and where it cannot be told whether the selection holds the entry.
 */
export type Identify = (
  store: Store,
  entry: Entry,
  call: { readonly signal: AbortSignal },
) => Promise<Identified | undefined>

export interface JobOptions {
  readonly from: Store
  readonly to: Store
  /** Holds the spec and all that was done; an existing journal is gone on with. */
  readonly journal: Journal
  /**
   * What is to be moved, where that is known without listing the source: the selection holds for it as well. Asked
   * again when a plan is begun anew.
   */
  readonly entries?: (() => AsyncIterable<Entry>) | undefined
  /** Needed by selections, layouts and parcels that ask for what DICOM images say of themselves. */
  readonly identify?: Identify | undefined
  /**
   * The parcel of what is no image, by a name that is no UID: where the destination packs studies, and takes others as well. By
   * default, or where it takes none, such entries fail with `invalid`.
   */
  readonly others?: string | undefined
  /** Default: what `spec.layout` names, for `keep` and `flat`; without one, the destination's own, else `keep`. */
  readonly layout?: Layout | undefined
  /** All that `spec.transforms` names. */
  readonly transforms?: readonly Transform[] | undefined
  /**
   * Whether verifying compares with the source what was left as it was because something is there, too; default: yes. What
   * differs is listed as failed, and still left as it is.
   */
  readonly verifyKept?: boolean | undefined
  readonly hashing?: Hashing | undefined
  readonly limits?: { readonly [Limit in Exclude<keyof Limits, 'concurrency'>]?: Limits[Limit] | undefined } | undefined
  /** Milliseconds in which something of an entry must move, else its attempt is given up; default: 30 seconds. */
  readonly stall?: number | undefined
  /** How fast this process may go, whatever the spec says; what is left out is as the spec says, and a `bandwidth` of `undefined` is none. */
  readonly pace?: Partial<Pick<JobSpec, 'concurrency' | 'bandwidth'>> | undefined
  /** Source or destination have another URL than the spec says, and hold what they held; else another URL is `invalid`. */
  readonly moved?: boolean | undefined
  /** How long to wait between attempts; default: from 200 ms to 20 seconds. */
  readonly retryTiming?: RetryTiming | undefined
}

/** One transfer, living: what `openJob` gives. */
export interface Job {
  readonly spec: JobSpec
  readonly state: JobState
  readonly progress: Progress
  /**
   * Lists the source into the journal and stays `ready`; what a dry run shows. An aborted `signal` pauses it. Rejects as `run` does.
   */
  plan(options?: { readonly signal?: AbortSignal | undefined }): Promise<JobResult>
  /**
   * Plans if there is no plan yet, and runs, or goes on, until the job rests. A paused or failed one is resumed; an aborted `signal`
   * pauses it, and is asked as well before each write and before what was written is published: see `askedSignal`. What goes wrong on the way is in the result, and of single entries in the journal. Rejects with `already_exists`
   * while the job runs already; and where its journal cannot be written, with `read_only` or what else is the matter with it: then
   * the job must be opened again.
   */
  run(options?: { readonly signal?: AbortSignal | undefined }): Promise<JobResult>
  /** Like `run`, and tries what had failed again. */
  retry(options?: { readonly signal?: AbortSignal | undefined }): Promise<JobResult>
  /** Stops what moves, keeps what was sent; `run` goes on. Resolves when the job rests; rejects as `run` does for its journal. */
  pause(): Promise<void>
  /**
   * Stops, and removes temporary files and unfinished uploads. Resolves when that is done, or has failed: what could not be removed
   * stays in the journal, for `clean`. Rejects as `run` does for its journal.
   */
  cancel(): Promise<void>
  /** Removes what is unfinished at the destination, in any phase: before a job is forgotten. Rejects with the destination's errors. */
  clean(): Promise<void>
  /**
   * Returns what unsubscribes. What a listener throws stops neither the job nor other listeners: as with `EventTarget`, it is an
   * uncaught exception, which ends a process that does not handle those.
   */
  on<Type extends JobEventType>(type: Type, listener: (event: Extract<JobEvent, { type: Type }>) => void): () => void
  /**
   * Every event from now on, until the run ends, this one or the next. Of a job that is completed or cancelled, and not run again in
   * the same turn, there are none. For a reader that is slower than the job, 10,000 events of entries are held, and `lagged` says how
   * many more there were: the journal has them all.
   */
  events(): AsyncIterable<StreamedEvent>
}
