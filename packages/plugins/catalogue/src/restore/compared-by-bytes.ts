import type { Entry, Hashing, Store } from '@gantry/core'
import { withCalls } from '@gantry/core/driver'

import { sha256At } from '../sha256-at.ts'

/**
 * A destination that says the SHA-256 of what it has, by reading it where the storage does not tell: what is restored
 * already is not fetched again, and what only looks like it is.
 */
export function comparedByBytes(store: Store, hashing: Hashing): Store {
  const find = async (path: string, options: Parameters<Store['find']>[1]): Promise<Entry | undefined> => {
    const entry = await store.find(path, options)
    if (entry === undefined || entry.digests?.sha256 !== undefined) return entry
    const signal = options?.signal ?? new AbortController().signal
    const { sha256 } = await sha256At(store, path, { hashing, signal })
    return { ...entry, digests: { ...entry.digests, sha256 } }
  }
  return withCalls(store, { find })
}
