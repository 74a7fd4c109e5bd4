export { compareReceipts, type CompareReceiptsOptions } from './compare-receipts.ts'
export { type ComparedEntry, type CompareOptions, compareStores } from './compare-stores.ts'
export { createJobSpec, type NewJob, newJobId } from './create-job-spec.ts'
export { type Identified, type Identify, type Job, type JobOptions } from './job.ts'
export {
  type Caused,
  type EntryNames,
  type JobEvent,
  type JobEventType,
  type JobResult,
  type StreamedEvent,
} from './job-event.ts'
export { holdLock, type LockOptions } from './journal/file-lock.ts'
export { jobFolder, type JobFolder, type JobSummary, type ListJobsOptions } from './journal/job-folder.ts'
export {
  type Collision,
  type Journal,
  type JournalEntry,
  type JournalEvent,
  type JournalFailure,
  type JournalUnit,
  type PlannedEntry,
  type Receipt,
  type Refusal,
  type SkippedEntry,
} from './journal/journal.ts'
export { memoryJournal } from './journal/memory-journal.ts'
export { type SqliteConnection, type SqliteDatabase, type SqliteValue } from './journal/sqlite-database.ts'
export { planWords, sameRetention } from './journal/same-words.ts'
export { SqliteJournal } from './journal/sqlite-journal.ts'
export { isUnfinished } from './journal/unfinished.ts'
export { mayBeMeant } from './may-be-meant.ts'
export { type MissingImages, NamedImages } from './named-images.ts'
export { askedSignal } from './platform/asked-signal.ts'
export { makeFolder } from './platform/make-folder.ts'
export { nodeHashing } from './platform/hashing.ts'
export { persistently } from './persistently.ts'
export { replaceFile } from './platform/replace-file.ts'
export { openJob } from './open-job.ts'
export { cleanUp, hasLeft } from './runner/clean-up.ts'
export { requeueGone, type RequeueGoneOptions } from './requeue-gone.ts'
export { selectedEntries, type SelectedEntriesOptions, type SelectedEntry } from './selected-entries.ts'
export { tellsSame } from './tells-same.ts'
export { becomeOf, type Transform, type TransformCall } from './transform.ts'
export { type View, viewOf } from './view-of.ts'
