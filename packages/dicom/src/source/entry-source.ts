import { type CallOptions, collect, compareSizes, type Entry, GantryError, type Store } from '@gantry/core'

import type { HeaderSource } from './header-source.ts'

/**
 * An entry of a store. Every read carries the entry's version: one that changes in between fails with
 * `precondition_failed`, rather than giving a header made of two.
 */
export function entrySource(store: Store, entry: Entry, options: CallOptions = {}): HeaderSource {
  const { path, version, size } = entry
  const ref = version === undefined ? { path } : { path, version }
  return {
    ...(size !== undefined && { size }),
    async read(start, end) {
      const { entry: found, body } = await store.read(ref, { start, end: Math.min(end, size ?? end) }, options)
      if (compareSizes(found, entry) === 'different')
        throw new GantryError('precondition_failed', 'The entry changed since it was listed.', { path })
      return await collect(body, end - start)
    },
  }
}
