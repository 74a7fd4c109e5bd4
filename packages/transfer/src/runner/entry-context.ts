import type { Bytes, Digests, ErrorCode, Hashing, NewEntry, Reading, RetryTiming, Store } from '@gantry/core'

import type { Journal, JournalEntry } from '../journal/journal.ts'
import type { Transform } from '../transform.ts'
import type { PartBuffers } from './part-buffers.ts'
import type { Throttle } from './throttle.ts'
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
  /** Class and retention that the destination is to give what is written. */
  readonly keeping: Pick<NewEntry, 'tier' | 'retainUntil'>
  readonly buffers: PartBuffers
  readonly throttle: Throttle | undefined
  /** Watches the attempt; calls that go on side by side within it are watched one by one, by `watchdog`. */
  readonly watched: Watched
  readonly watchdog: Watchdog
  readonly retryTiming: RetryTiming
  /** Told of bytes that passed. */
  readonly moved: (bytes: number) => void
  /** Told of parts that are tried again within this attempt. */
  readonly retried: (code: ErrorCode, attempt: number, delay: number) => void
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

/**
 * A source's body on its way: throttled, counted unless it is only looked at, watched, and its failures remembered as
 * the source's own, so that the destination is not blamed.
 */
export async function* passing(
  context: EntryContext,
  body: Bytes,
  moved = context.moved,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { throttle, watched } = context
  const iterator = body[Symbol.asyncIterator]()
  try {
    for (;;) {
      let next: IteratorResult<Uint8Array>
      try {
        next = await iterator.next()
      } catch (error) {
        context.sourceError = error
        throw error
      }
      if (next.done === true) return
      watched.touch()
      if (throttle !== undefined) await watched.aside(throttle.take(next.value.length, watched.signal))
      moved(next.value.length)
      yield next.value
      watched.touch()
    }
  } finally {
    await iterator.return?.()
  }
}
