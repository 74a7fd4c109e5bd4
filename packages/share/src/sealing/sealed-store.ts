import type { Cipher, SourceKey } from '@gantry/age'
import type { Store } from '@gantry/core'
import type { StoreDriver } from '@gantry/core/driver'

import { ReadOnlyDriver, readOnly } from './read-only-driver.ts'
import { SealedEntry } from './sealed-entry.ts'
import type { SealedItem } from './sealed-item.ts'

/** The entries that become one source, and its key. */
export interface SealingSource {
  readonly key: SourceKey
  readonly items: readonly SealedItem[]
}

/**
 * Plaintext entries as the encrypted objects that they become: a read-only view that encrypts what is asked for, ranges
 * included, and always to the same bytes; so a job that uploads from it can be interrupted and go on. It tells no times:
 * those of the plaintext are nobody's business. Closing it leaves `plain` open.
 */
export function sealedStore(plain: Store, sources: readonly SealingSource[], cipher: Cipher): StoreDriver {
  const entries = sources.flatMap(({ key, items }) => items.map((item) => new SealedEntry(plain, item, key, cipher)))
  return new ReadOnlyDriver('sealed', readOnly({ versions: plain.abilities.versions, digests: [] }), entries)
}
