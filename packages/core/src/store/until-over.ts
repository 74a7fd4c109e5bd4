import { type Bytes, close } from './bytes.ts'

/** A body, and when it is over. */
export interface WatchedBody {
  readonly body: AsyncIterableIterator<Uint8Array>
  /** Resolves when its end was reached, it failed, or it was closed: nothing of it is borrowed any more. Never rejects. */
  readonly over: Promise<void>
}

/**
 * The same body, and when it is over. Where bodies come one after another, the next can be asked for then, while whoever
 * took this one is still busy with flushing or publishing it.
 */
export function untilOver(given: Bytes): WatchedBody {
  const { promise: over, resolve } = Promise.withResolvers<void>()
  let iterator: AsyncIterator<Uint8Array> | undefined
  const body: AsyncIterableIterator<Uint8Array> = {
    [Symbol.asyncIterator]() {
      return this
    },
    async next() {
      iterator ??= given[Symbol.asyncIterator]()
      try {
        const result = await iterator.next()
        if (result.done === true) resolve()
        return result
      } catch (error) {
        resolve()
        throw error
      }
    },
    async return() {
      try {
        await (iterator === undefined ? close(given) : iterator.return?.())
      } finally {
        resolve()
      }
      return { done: true, value: undefined }
    },
  }
  return { body, over }
}
