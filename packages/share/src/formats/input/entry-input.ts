import { type Entry, GantryError, type Store } from '@gantry/core'

import { knownSize } from '../../sealing/known-size.ts'
import type { FileInput } from './file-input.ts'

/** An entry of a store. Every read is of the version that was listed, or fails with `precondition_failed`. */
export function entryInput(store: Store, entry: Entry, name = entry.path): FileInput {
  const { path, version } = entry
  const size = knownSize(entry)
  const ref = version === undefined ? { path, size } : { path, size, version }
  return {
    name,
    size,
    async read(range, options = {}) {
      const { entry: found, body } = await store.read(ref, range, options)
      // Who does not tell is asked for what was listed, and what comes is digested.
      if (found.size === undefined || found.size === size) return body
      await body[Symbol.asyncIterator]().return?.()
      throw new GantryError('precondition_failed', 'The entry changed since it was listed.', { path })
    },
  }
}
