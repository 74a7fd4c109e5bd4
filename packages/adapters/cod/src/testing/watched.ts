import { Store } from '@gantry/core'
import type { ByteRange, StoreDriver } from '@gantry/core/driver'

export interface Reading {
  readonly path: string
  readonly range: ByteRange | undefined
}

/** A store, and what was asked of it. */
export interface Watched {
  readonly store: Store
  readonly driver: StoreDriver
  readonly reads: Reading[]
  /** All calls, by name. */
  readonly calls: string[]
  /** Bytes that reads gave. */
  readonly bytes: () => number
  readonly reset: () => void
}

export function watched(driver: StoreDriver): Watched {
  const reads: Reading[] = []
  const calls: string[] = []
  let bytes = 0
  const watching: StoreDriver = Object.assign(Object.create(driver) as StoreDriver, {
    stat: async (...given: Parameters<StoreDriver['stat']>) => {
      calls.push('stat')
      return await driver.stat(...given)
    },
    write: async (...given: Parameters<NonNullable<StoreDriver['write']>>) => {
      calls.push('write')
      return await driver.write?.(...given)
    },
    read: async (...given: Parameters<StoreDriver['read']>) => {
      const [ref, range] = given
      calls.push('read')
      reads.push({ path: ref.path, range })
      const reading = await driver.read(...given)
      async function* counted() {
        for await (const chunk of reading.body) {
          bytes += chunk.length
          yield chunk
        }
      }
      return { entry: reading.entry, body: counted() }
    },
    list: (...given: Parameters<StoreDriver['list']>) => {
      calls.push('list')
      return driver.list(...given)
    },
  })
  // Private fields of the driver's class are not the proxy's.
  for (const name of ['remove', 'codeOf'] as const) {
    const method = driver[name] as ((...given: unknown[]) => unknown) | undefined
    if (method !== undefined) Object.assign(watching, { [name]: method.bind(driver) })
  }
  const reset = () => {
    reads.length = 0
    calls.length = 0
    bytes = 0
  }
  return { store: new Store(watching), driver: watching, reads, calls, bytes: () => bytes, reset }
}
