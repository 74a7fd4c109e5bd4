import { GantryError } from '../errors/gantry-error.ts'
import type { Call } from './call.ts'
import type { Signal } from './signal.ts'

/** The error of a call whose signal was aborted. */
export function cancelled(signal: Signal): GantryError {
  return new GantryError('cancelled', 'Stopped on request.', { cause: signal.reason })
}

/** Throws `cancelled` when the caller has lost interest. */
export function throwIfCancelled(call: Call): void {
  if (call.signal.aborted) throw cancelled(call.signal)
}

/**
 * Passes a body, or other things that come one by one, through and fails with `cancelled` as soon as the signal is aborted, also while the next chunk is
 * awaited: a producer that hangs must not keep its consumer from stopping. Closing this body closes the one behind it,
 * also when no chunk was ever asked for.
 */
export function abortable<Item>(body: AsyncIterable<Item>, signal: Signal): AsyncIterableIterator<Item> {
  const iterator = body[Symbol.asyncIterator]()
  let waiting: ((reason: GantryError) => void) | undefined
  let listening = false
  let over = false
  const onAbort = () => waiting?.(cancelled(signal))
  const finish = () => {
    over = true
    waiting = undefined
    signal.removeEventListener('abort', onAbort)
  }
  /** Not awaited: a producer that hangs answers only after its own step, if ever. */
  const abandon = () => {
    finish()
    Promise.resolve(iterator.return?.()).catch(() => {})
  }
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    async next() {
      if (over) return { done: true, value: undefined }
      if (signal.aborted) {
        abandon()
        throw cancelled(signal)
      }
      // Only now: a body that nobody asks for a chunk must not stay registered with a signal that outlives it.
      if (!listening) {
        listening = true
        signal.addEventListener('abort', onAbort)
      }
      try {
        const result = await new Promise<IteratorResult<Item>>((resolve, reject) => {
          waiting = reject
          iterator.next().then(resolve, reject)
        })
        waiting = undefined
        if (result.done === true) finish()
        return result
      } catch (error) {
        if (signal.aborted) abandon()
        else finish()
        throw error
      }
    },
    async return() {
      if (!over) {
        finish()
        await iterator.return?.()
      }
      return { done: true, value: undefined }
    },
  }
}
