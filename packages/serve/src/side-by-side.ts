/** Results in the order of what they are made of, at most so many at work at a time; closes what it began when it ends. */
export async function* sideBySide<Item, Result>(
  items: AsyncIterable<Item> | Iterable<Item>,
  most: number,
  work: (item: Item) => Promise<Result>,
  drop: (result: Result) => unknown = () => {},
): AsyncGenerator<Result, void, undefined> {
  const pending: Promise<Result>[] = []
  const begin = (item: Item) => {
    const result = work(item)
    // Awaited when its turn comes; until then a failure must not count as unhandled.
    result.catch(() => {})
    pending.push(result)
  }
  try {
    for await (const item of items) {
      begin(item)
      if (pending.length >= most) yield await (pending.shift() as Promise<Result>)
    }
    while (pending.length > 0) yield await (pending.shift() as Promise<Result>)
  } finally {
    for (const result of pending) result.then(drop).catch(() => {})
  }
}
