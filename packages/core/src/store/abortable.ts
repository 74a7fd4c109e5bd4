import type { Call } from './call.ts'
import { cancelled } from './cancelled.ts'
import { passage } from './passage.ts'
import type { Signal } from './signal.ts'

/** Throws `cancelled` when the caller has lost interest. */
export function throwIfCancelled(call: Call): void {
  if (call.signal.aborted) throw cancelled(call.signal)
}

/**
 * Passes a body, or other things that come one by one, through and fails with `cancelled` as soon as the signal is
 * aborted, also while the next is awaited; see `passage`.
 */
export function abortable<Item>(body: AsyncIterable<Item>, signal: Signal): AsyncIterableIterator<Item> {
  return passage(body, { signal })
}
