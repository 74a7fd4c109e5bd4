import { sideBySide } from '@gantry/core/side-by-side'

/** The results of `work` for all items, in their order, with at most `limit` at work at a time. Begins no more after the first error. */
export async function mapLimited<Item, Result>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  await sideBySide(items.entries(), limit, async ([index, item]) => {
    results[index] = await work(item)
  })
  return results
}
