import { type Call, type Entry, isAtOrBelow, type Selection, type StoreDriver } from '@gantry/core/driver'

/**
 * The store, of which no more is listed than is below a prefix. Paths stay those of the whole: instances are where their
 * UIDs say.
 */
export function narrowed(driver: StoreDriver, prefix: string): StoreDriver {
  if (prefix === '') return driver
  const { contract, scheme, abilities, parcels, query, resumable, sign, tier, retain } = driver
  const write = driver.write?.bind(driver)
  const remove = driver.remove?.bind(driver)
  return {
    contract,
    scheme,
    abilities,
    list: (selection, call) => listBelow(driver, prefix, selection, call),
    stat: async (path, call) => await driver.stat(path, call),
    read: async (ref, range, call) => await driver.read(ref, range, call),
    ...(write && { write }),
    ...(remove && { remove }),
    codeOf: (error) => driver.codeOf(error),
    retryAfterOf: (error) => driver.retryAfterOf?.(error),
    ...(parcels && { parcels }),
    ...(query && { query }),
    ...(resumable && { resumable }),
    ...(sign && { sign }),
    ...(tier && { tier }),
    ...(retain && { retain }),
    close: async () => await driver.close?.(),
  }
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
