export { type Identify, type Job, type JobOptions } from './job.ts'
export { type EntryNames, type JobEvent, type JobEventType, type JobResult } from './job-event.ts'
export {
  type Journal,
  type JournalEntry,
  type JournalEvent,
  type JournalFailure,
  type PlannedEntry,
  type Receipt,
} from './journal/journal.ts'
export { type Transform } from './transform.ts'
