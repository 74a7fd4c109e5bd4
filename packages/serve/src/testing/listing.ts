import type { StoreDriver } from '@gantry/core/driver'

/** The same store, listed in another way. */
export function withListing(driver: StoreDriver, list: StoreDriver['list']): StoreDriver {
  const { contract, scheme, abilities } = driver
  return {
    contract,
    scheme,
    abilities,
    list,
    stat: async (path, call) => await driver.stat(path, call),
    read: async (ref, range, call) => await driver.read(ref, range, call),
    write: async (entry, body, call) => {
      if (driver.write === undefined) throw new Error('It takes no entries.')
      return await driver.write(entry, body, call)
    },
    codeOf: (error) => driver.codeOf(error),
  }
}
