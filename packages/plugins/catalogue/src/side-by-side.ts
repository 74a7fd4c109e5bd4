/** Works on several items at a time; the first failure stops the others from being begun, and is thrown. */
export async function sideBySide<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  most: number,
  signal: AbortSignal,
  work: (item: Item, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>()
  const failures: unknown[] = []
  for await (const item of items) {
    signal.throwIfAborted()
    const one: Promise<void> = work(item, signal)
      .catch((error: unknown) => void failures.push(error))
      .finally(() => running.delete(one))
    running.add(one)
    if (running.size >= most) await Promise.race(running)
    if (failures.length > 0) break
  }
  await Promise.all(running)
  if (failures.length > 0) throw failures[0]
}
