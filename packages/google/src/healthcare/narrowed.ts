import { type Call, type Entry, isAtOrBelow, type Selection, type StoreDriver, withCalls } from '@gantry/core/driver'

/**
 * The store, of which no more is listed than is below a prefix. Paths stay those of the whole: instances are where their
 * UIDs say.
 */
export function narrowed(driver: StoreDriver, prefix: string): StoreDriver {
  if (prefix === '') return driver
  return withCalls(driver, { list: (selection, call) => listBelow(driver, prefix, selection, call) })
}

async function* listBelow(
  driver: StoreDriver,
  prefix: string,
  selection: Selection,
  call: Call,
): AsyncGenerator<Entry> {
  const { prefix: asked = '' } = selection
  const both = isAtOrBelow(asked, prefix) ? asked : prefix
  if (both === asked || isAtOrBelow(prefix, asked)) yield* driver.list({ ...selection, prefix: both }, call)
}
