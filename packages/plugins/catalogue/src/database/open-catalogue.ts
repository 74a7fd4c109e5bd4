import { openSqlite } from '@gantry/sqlite/node'

import { Catalogue } from '../catalogue.ts'
import { catalogueMigrations } from './schema.ts'

/** How a catalogue is opened. */
export interface CatalogueOptions {
  /** Milliseconds since the epoch; default: that of the system. */
  readonly clock?: (() => number) | undefined
  /** It has to be there, else `not_found`; default: it is made. */
  readonly existing?: boolean | undefined
}

/**
 * Opens the catalogue in this file, or makes it, for its owner alone: paths and studies can name patients.
 *
 * Throws `not_found` where it has to be there and is not, `permission_denied` and `read_only` where it cannot be opened or
 * made, `invalid` for a file that is damaged or none of a catalogue's, and `unsupported` for one of a newer version.
 */
export function openCatalogue(file: string, { existing = false, ...options }: CatalogueOptions = {}): Catalogue {
  const about = { migrations: catalogueMigrations, owner: 'the catalogue', cacheBytes: 64 * 1024 * 1024 }
  return new Catalogue(openSqlite({ file, existing, ...about }), options)
}
