/** What `work` makes of each, in the order of the source, with so many under way at a time. */
export async function* mapInOrder<In, Out>(
  source: AsyncIterable<In>,
  atOnce: number,
  work: (one: In) => Promise<Out>,
): AsyncGenerator<Out, void, undefined> {
  const running: Promise<Out>[] = []
  for await (const one of source) {
    const result = work(one)
    // Told by the one who waits for it; whoever stops before that must not be.
    result.catch(() => {})
    running.push(result)
    if (running.length >= atOnce) yield (await running.shift()) as Out
  }
  for (const result of running) yield await result
}
