import type { Entry, GantryError, Store } from '@gantry/core'

import type { StartCrc32c } from './bytes/hasher.ts'
import type { CodSettings } from './options.ts'
import type { SeriesCache } from './series/series-cache.ts'

/** What all that this store does works with. */
export interface Cod {
  /** The store that was given: it holds the tars. */
  readonly store: Store
  readonly settings: CodSettings
  readonly cache: SeriesCache
  readonly crc32c: StartCrc32c
  /** What its series have told of all of them. */
  readonly told: { hashed?: boolean | undefined }
  /** Tars that were found to take nothing more, by their paths; a few. */
  readonly unsound: Map<string, { readonly tar: Entry; readonly error: GantryError }>
}
