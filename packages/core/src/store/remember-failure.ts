import type { Bytes } from './bytes.ts'

/** The same chunks; `rethrow` throws what they failed with, for those who get to see only what an SDK made of it. */
export function rememberFailure(body: Bytes): { readonly bytes: Bytes; readonly rethrow: () => void } {
  const iterator = body[Symbol.asyncIterator]()
  let failure: { readonly error: unknown } | undefined
  const bytes: AsyncIterableIterator<Uint8Array> = {
    [Symbol.asyncIterator]() {
      return this
    },
    async next() {
      try {
        return await iterator.next()
      } catch (error) {
        failure ??= { error }
        throw error
      }
    },
    async return() {
      await iterator.return?.()
      return { done: true, value: undefined }
    },
  }
  return {
    bytes,
    rethrow() {
      if (failure !== undefined) throw failure.error
    },
  }
}
