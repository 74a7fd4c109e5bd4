import {
  type Bytes,
  type Digests,
  type Hashing,
  type NewEntry,
  passage,
  type Reading,
  type RetryTiming,
  type Store,
} from '@gantry/core'
import type { Semaphore } from '@gantry/core/side-by-side'

import type { Journal, JournalEntry } from '../journal/journal.ts'
import type { Transform } from '../transform.ts'
import type { Throttle } from './throttle.ts'
import type { Unanswered } from './unanswered.ts'
import type { Watchdog, Watched } from './watchdog.ts'

/** What moving one entry needs; made by the runner for every attempt. */
export interface EntryContext {
  readonly entry: JournalEntry
  readonly from: Store
  readonly to: Store
  readonly journal: Journal
  readonly hashing: Hashing
  readonly transforms: readonly Transform[]
  readonly existing: 'update' | 'overwrite' | 'keep'
  /** Its path at the destination may be that of another file, too. */
  readonly sharesName: boolean
  /** Class and retention that the destination is to give what is written. */
  readonly keeping: Pick<NewEntry, 'tier' | 'retainUntil'>
  readonly buffers: Semaphore<Uint8Array<ArrayBuffer>>
  readonly throttle: Throttle | undefined
  /** Watches the attempt; calls that go on side by side within it are watched one by one, by `watchdog`. */
  readonly watched: Watched
  readonly watchdog: Watchdog
  readonly retryTiming: RetryTiming
  readonly unanswered: Unanswered
  /** Told of bytes that passed. */
  readonly moved: (bytes: number) => void
  /** Told of bytes that were read only to compare them. */
  readonly compared: (bytes: number) => void
  /** Told of parts that are tried again within this attempt. */
  readonly retried: (error: unknown, attempt: number, delay: number) => void
  /** The job has moved so little that stores need not begin anything for it that costs as much again. */
  readonly early: boolean
  /** The source's answer, where it was asked for many entries at once; used up by who reads it. */
  given: Reading | undefined
  /** A store was asked about it: one that is not moved after all took time none the less. */
  asked: boolean
  /** Set when the source failed, because a destination may wrap what its body threw. */
  sourceError: unknown
  /** Set when all bytes have been read: what the destination should have. */
  sent: { readonly size: number; readonly digests: Digests } | undefined
}

/** What is done with a source's body on its way, besides. */
export interface Passing {
  /** Told of bytes that passed; default: they are counted as moved. */
  readonly moved?: (bytes: number) => void
  readonly see?: (chunk: Uint8Array) => Promise<void> | undefined | void
  /** Before its end is told. */
  readonly judge?: () => Promise<void>
}

/**
 * A source's body on its way: throttled, counted unless it is only looked at, watched, and its failures remembered as
 * the source's own, so that the destination is not blamed.
 */
export function passing(
  context: EntryContext,
  body: Bytes,
  { moved = context.moved, see, judge }: Passing = {},
): AsyncIterableIterator<Uint8Array> {
  const { throttle, watched } = context
  const { touch } = watched
  const pass = (chunk: Uint8Array) => {
    moved(chunk.length)
    return see?.(chunk)
  }
  return passage(body, {
    asked: touch,
    see(chunk) {
      touch()
      if (throttle === undefined) return pass(chunk)
      return watched.aside(throttle.take(chunk.length, watched.signal)).then(() => pass(chunk) ?? undefined)
    },
    ...(judge !== undefined && { judge }),
    failure(error, fromBody) {
      if (fromBody) context.sourceError = error
      return error
    },
  })
}
