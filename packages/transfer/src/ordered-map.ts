/** Maps several at a time and yields in order; holds `concurrency` results at most. */
export async function* orderedMap<In, Out>(
  items: AsyncIterable<In>,
  concurrency: number,
  map: (item: In) => Promise<Out>,
): AsyncGenerator<Out, void, undefined> {
  const running: Promise<Out>[] = []
  try {
    for await (const item of items) {
      const result = map(item)
      // Awaited in its turn; until then a rejection is not unhandled.
      result.catch(() => {})
      running.push(result)
      if (running.length < concurrency) continue
      const first = running.shift()
      if (first !== undefined) yield await first
    }
    for (const result of running.splice(0)) yield await result
  } finally {
    await Promise.allSettled(running)
  }
}
