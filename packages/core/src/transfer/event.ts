import type { ErrorCode } from '../errors/error-code.ts'
import type { Tally } from './state.ts'

/** Which side of a transfer an error came from; decides whether it concerns one entry or all of them. */
export type Side = 'source' | 'destination'

/** What happened to a job: asked by its owner (`job:*`), or told by the runner after performing an effect. */
export type TransferEvent =
  | { readonly type: 'job:plan' }
  | { readonly type: 'job:start' }
  | { readonly type: 'job:pause' }
  | { readonly type: 'job:resume' }
  | { readonly type: 'job:cancel' }
  /** Tries the failed entries of an ended job again. */
  | { readonly type: 'job:retry' }
  /** The process that ran the job is gone; what was in flight is pending again. Told first by every new process. */
  | { readonly type: 'job:recover' }
  /** `unsized`: of some of them nobody knows how long they are; they count no bytes. */
  | { readonly type: 'plan:added'; readonly added: Tally; readonly unsized?: boolean }
  | { readonly type: 'plan:done' }
  | { readonly type: 'plan:failed'; readonly code: ErrorCode }
  | { readonly type: 'entries:taken'; readonly entries: readonly TakenEntry[] }
  /**
   * Some entries of a unit have come to their end, and `left` of it are to go on; it leaves when nothing is left. Their
   * bytes are those that they turned out to have. Told twice, it counts once.
   */
  | {
      readonly type: 'entries:settled'
      readonly id: number
      readonly done: Tally
      readonly skipped: Tally
      readonly failed: Tally
      /** Of `done`. */
      readonly unverified: number
      /** As planned. */
      readonly left: Tally
    }
  | { readonly type: 'entry:due'; readonly id: number }
  /** `bytes`: how long it turned out to be, where that was not known. */
  | { readonly type: 'entry:done'; readonly id: number; readonly verified: boolean; readonly bytes?: number }
  /** `bytes`: as of one that is done. */
  | { readonly type: 'entry:skipped'; readonly id: number; readonly bytes?: number }
  | {
      readonly type: 'entry:failed'
      readonly id: number
      readonly code: ErrorCode
      readonly retryable: boolean
      readonly side: Side
      /** Milliseconds. */
      readonly retryAfter?: number
      /** It gets another attempt, though it had all of its own: what it failed at ends by itself. */
      readonly onceMore?: boolean
    }
  /** Stopped on request; what it sent in parts is kept. */
  | { readonly type: 'entry:released'; readonly id: number }
  | { readonly type: 'limit:changed'; readonly concurrency: number }
  /** An entry is not at the destination as it should be: one that was done, or one skipped because it was there. */
  | {
      readonly type: 'verify:mismatch'
      readonly id: number
      readonly bytes: number
      readonly verified: boolean
      readonly skipped?: boolean
    }
  | { readonly type: 'verify:checked'; readonly unverified: number }
  | { readonly type: 'verify:failed'; readonly code: ErrorCode }
  | { readonly type: 'job:cleaned' }

/** An entry, or a unit of several, that the journal hands over to be moved. */
export interface TakenEntry {
  /** No other that is in flight has it. */
  readonly id: number
  /** How many move as one; default: 1. */
  readonly entries?: number
  readonly bytes: number
  /** From 1; over 1 where an earlier process or attempt began it. */
  readonly attempt: number
}

/** What an event is called. */
export type TransferEventType = TransferEvent['type']
