import type { Signal } from '../store/signal.ts'

export interface SideBySideOptions {
  /** Once it is aborted nothing more is begun, and its reason is thrown. */
  readonly signal?: Signal | undefined
}

/**
 * Does work for each item, as many at a time as `most` says, begun in the order of the items. The first failure, of the
 * work or of the items themselves, keeps more from being begun; it is thrown when all that was begun has ended.
 */
export async function sideBySide<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  most: number | (() => number),
  work: (item: Item) => Promise<void>,
  { signal }: SideBySideOptions = {},
): Promise<void> {
  const mostNow = typeof most === 'number' ? () => most : most
  const running = new Set<Promise<void>>()
  let failure: { readonly error: unknown } | undefined
  const begin = async (item: Item) => {
    try {
      await work(item)
    } catch (error) {
      failure ??= { error }
    }
  }
  try {
    for await (const item of items) {
      if (failure !== undefined) break
      if (signal?.aborted === true) throw signal.reason
      const one: Promise<void> = begin(item).finally(() => running.delete(one))
      running.add(one)
      while (running.size >= Math.max(1, mostNow())) await Promise.race(running)
      if (failure !== undefined) break
    }
  } catch (error) {
    failure ??= { error }
  }
  await Promise.all(running)
  if (failure !== undefined) throw failure.error
}
