/**
 * The same chunks; and `release` is called when they are closed before the first was asked for. A generator that never
 * ran does not run its `finally` either, so without this a body that nobody wants would keep its file or socket open.
 */
export function releasing(
  chunks: AsyncGenerator<Uint8Array, void, undefined>,
  release: () => unknown,
): AsyncIterableIterator<Uint8Array> {
  let started = false
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    async next() {
      started = true
      return await chunks.next()
    },
    async return() {
      const first = !started
      started = true
      if (first) await release()
      await chunks.return()
      return { done: true, value: undefined }
    },
  }
}
