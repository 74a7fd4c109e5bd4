import type { Bytes, ErrorCode, Hashing, Side, Store } from '@gantry/core'

import type { Journal, JournalEntry } from '../journal/journal.ts'
import type { Transform } from '../transform.ts'
import type { PartBuffers } from './part-buffers.ts'
import type { Throttle } from './throttle.ts'
import type { Watched } from './watchdog.ts'

/** What moving one entry needs; made by the runner for every attempt. */
export interface EntryContext {
  readonly entry: JournalEntry
  readonly from: Store
  readonly to: Store
  readonly journal: Journal
  readonly hashing: Hashing
  readonly transforms: readonly Transform[]
  readonly existing: 'update' | 'overwrite' | 'keep'
  readonly buffers: PartBuffers
  readonly throttle: Throttle | undefined
  readonly watched: Watched
  /** Told of bytes that passed, negative when they are to be sent again. */
  readonly moved: (bytes: number) => void
  /** Told of parts that are tried again within this attempt. */
  readonly retried: (code: ErrorCode, attempt: number, delay: number) => void
  /** Set when the source failed, because a destination may wrap what its body threw. */
  sourceError: unknown
}

/** An error and the side it came from. */
export interface SidedError {
  readonly error: unknown
  readonly side: Side
}

/**
 * A source's body on its way: throttled, counted, watched, and its failures remembered as the source's own, so that
 * the destination is not blamed.
 */
export async function* passing(context: EntryContext, body: Bytes): AsyncGenerator<Uint8Array, void, undefined> {
  const { throttle, watched, moved } = context
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
      if (throttle !== undefined) await throttle.take(next.value.length, watched.signal)
      moved(next.value.length)
      yield next.value
      watched.touch()
    }
  } finally {
    await iterator.return?.()
  }
}
