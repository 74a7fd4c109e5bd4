/** How many are at work at a time: `first`, and more up to `most` once it was waited for one of them. */
export interface Width {
  readonly first: number
  readonly most: number
  /** While it is, those that were begun are waited for before another is. Default: never. */
  readonly isFull?: () => boolean
}

/** Milliseconds: less is no waiting. */
const patience = 2

/**
 * Results in the order of what they are made of, as `orderedMap` gives them, and more at a time where that is of use. Who
 * wants no more of them does not wait for what was begun: that is dropped when it comes.
 */
export async function* begunAhead<Item, Result>(
  items: AsyncIterable<Item> | Iterable<Item>,
  { first, most, isFull = () => false }: Width,
  work: (item: Item) => Promise<Result>,
  drop: (result: Result) => unknown,
): AsyncGenerator<Result, void, undefined> {
  const pending: Promise<Result>[] = []
  let wide = first
  const begin = (item: Item) => {
    const result = work(item)
    // Awaited when its turn comes; until then a failure must not count as unhandled.
    result.catch(() => {})
    pending.push(result)
  }
  const next = async () => {
    const asked = performance.now()
    const result = await (pending.shift() as Promise<Result>)
    if (wide < most && performance.now() - asked > patience) wide += 1
    return result
  }
  try {
    for await (const item of items) {
      begin(item)
      while (pending.length >= wide || (pending.length > 0 && isFull())) yield await next()
    }
    while (pending.length > 0) yield await next()
  } finally {
    for (const result of pending) result.then(drop).catch(() => {})
  }
}
