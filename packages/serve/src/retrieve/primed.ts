/**
 * Waits for the first item, so that what fails at once is answered with a status, and not by a body that breaks off.
 * `drop` takes a first item that nobody came for.
 */
export async function primed<Item>(
  items: AsyncIterable<Item>,
  drop: (item: Item) => unknown = () => {},
): Promise<AsyncIterableIterator<Item>> {
  const iterator = items[Symbol.asyncIterator]()
  let first: IteratorResult<Item> | undefined = await iterator.next()
  const all: AsyncIterableIterator<Item> = {
    [Symbol.asyncIterator]: () => all,
    async next() {
      const result = first ?? (await iterator.next())
      first = undefined
      return result
    },
    async return() {
      if (first !== undefined && first.done !== true) await drop(first.value)
      first = undefined
      await iterator.return?.()
      return { done: true, value: undefined }
    },
  }
  return all
}
