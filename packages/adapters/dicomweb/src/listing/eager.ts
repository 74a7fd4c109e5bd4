/** The same, but the first is asked for at once, not when somebody wants it; whether that failed is said in its turn. */
export function eager<One>(source: AsyncGenerator<One, void, undefined>): AsyncIterableIterator<One> {
  const first = source.next()
  first.catch(() => {})
  let begun = false
  const same: AsyncIterableIterator<One> = {
    [Symbol.asyncIterator]: () => same,
    async next() {
      if (begun) return await source.next()
      begun = true
      return await first
    },
    async return() {
      return await source.return()
    },
  }
  return same
}
