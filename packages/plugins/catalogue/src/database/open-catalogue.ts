import { openSqlite } from '@gantry/sqlite/node'

import { Catalogue } from '../catalogue.ts'
import { catalogueMigrations } from './schema.ts'

/** Opens the catalogue in this file, or makes it, for its owner alone: paths and studies can name patients. */
export function openCatalogue(file: string, options: { readonly clock?: () => number } = {}): Catalogue {
  const about = { migrations: catalogueMigrations, owner: 'the catalogue', cacheBytes: 64 * 1024 * 1024 }
  return new Catalogue(openSqlite({ file, ...about }), options)
}
