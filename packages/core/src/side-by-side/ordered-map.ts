/**
 * Maps several items at a time and yields the results in the order of the items; holds `most` of them at most. What fails
 * is thrown in its turn, or when the items do; never before all that was begun has ended.
 */
export async function* orderedMap<In, Out>(
  items: Iterable<In> | AsyncIterable<In>,
  most: number,
  map: (item: In) => Promise<Out>,
): AsyncGenerator<Out, void, undefined> {
  const running: Promise<Out>[] = []
  try {
    for await (const item of items) {
      const result = map(item)
      // Awaited in its turn; until then a rejection is not unhandled.
      result.catch(() => {})
      running.push(result)
      if (running.length < most) continue
      const first = running.shift()
      if (first !== undefined) yield await first
    }
    for (let result = running.shift(); result !== undefined; result = running.shift()) yield await result
  } finally {
    await Promise.allSettled(running)
  }
}
