import { GantryError, type Store } from '@gantry/core'
import type { Entry, StoreDriver } from '@gantry/core/driver'
import { viewOf } from '@gantry/transfer'

import type { Catalogue } from '../catalogue.ts'
import type { CatalogueReceipt } from '../records/receipt.ts'
import type { ChosenReceipt } from './choose.ts'

export interface ArchivedViewOptions {
  readonly catalogue: Catalogue
  /** Where the bytes lie; closed with the view. */
  readonly store: Store
  readonly location: string
  /** What is shown of it; asked anew for each listing. */
  readonly receipts: () => AsyncIterable<ChosenReceipt>
  /** Where that lies which is listed `as` something else. Given by itself, because a job that goes on lists nothing. */
  readonly renamed?: ReadonlyMap<string, string> | undefined
}

/**
 * A store as the catalogue knows it: lists what is wanted of it, and vouches for its SHA-256. So restoring is a copy, whose
 * runner refuses every byte that is not the one that was archived.
 */
export function archivedView({
  catalogue,
  store,
  location,
  receipts,
  renamed = new Map(),
}: ArchivedViewOptions): StoreDriver {
  const receiptAt = async (path: string): Promise<CatalogueReceipt> => {
    const found = await catalogue.at(location, path)
    if (found === undefined) throw new GantryError('not_found', 'The catalogue knows of nothing there.')
    return found
  }
  const vouched = (entry: Entry, { sha256, bytes }: CatalogueReceipt): Entry => {
    if (entry.size !== undefined && entry.size !== bytes) {
      throw new GantryError('integrity', 'What is stored is longer or shorter than what was archived.')
    }
    return { ...entry, size: bytes, digests: { ...entry.digests, sha256 } }
  }
  const at = (path: string) => renamed.get(path) ?? path
  return viewOf(store, {
    scheme: 'archive',
    abilities: {
      digests: [...new Set(['sha256' as const, ...store.abilities.digests])],
      // What is at the destination is compared by its bytes, and by no time.
      modified: 'stored',
      order: 'none',
    },
    async *list() {
      for await (const receipt of receipts()) yield entryOf(receipt)
    },
    async stat(path, call) {
      const place = at(path)
      return { ...vouched(await store.stat(place, call), await receiptAt(place)), path }
    },
    async read(ref, range, call) {
      const { path } = ref
      const place = at(path)
      const receipt = await receiptAt(place)
      const { entry, body } = await store.read({ ...ref, path: place }, range, call)
      try {
        return { entry: { ...vouched(entry, receipt), path }, body }
      } catch (error) {
        await body[Symbol.asyncIterator]().return?.()
        throw error
      }
    },
    ...(store.expects && {
      async expect(purpose, entries, call) {
        const places = entries.map((entry) => ({ ...entry, path: at(entry.path) }))
        await store.expect(purpose, places, call)
      },
    }),
  })
}

function entryOf({ path, as = path, bytes, sha256, modified, image, attributes }: ChosenReceipt): Entry {
  return {
    path: as,
    size: bytes,
    digests: { sha256 },
    ...(modified !== undefined && { modified }),
    ...(image !== undefined && { image, attributes: attributes ?? {} }),
  }
}
