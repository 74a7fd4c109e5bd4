/** What becomes of each, in order, with so many under way at a time. */
export async function* ahead<Item, Value>(
  items: Iterable<Item>,
  most: number,
  work: (item: Item) => Promise<Value>,
): AsyncGenerator<Value> {
  const running: Promise<Value>[] = []
  const start = (item: Item) => {
    const value = work(item)
    // Whoever waits for it is told; until then nobody does.
    value.catch(() => {})
    running.push(value)
  }
  for (const item of items) {
    start(item)
    if (running.length >= most) yield await (running.shift() as Promise<Value>)
  }
  for (const value of running) yield await value
}
