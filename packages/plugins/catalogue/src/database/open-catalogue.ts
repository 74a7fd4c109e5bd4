import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

import { GantryError, isGantryError } from '@gantry/core'
import { openSqlite } from '@gantry/sqlite/node'

import { Catalogue } from '../catalogue.ts'
import { catalogueMigrations } from './schema.ts'

/** Opens the catalogue in this file, or makes it, for its owner alone: paths and studies can name patients. */
export function openCatalogue(file: string, options: { readonly clock?: () => number } = {}): Catalogue {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    const about = { migrations: catalogueMigrations, owner: 'the catalogue', cacheBytes: 64 * 1024 * 1024 }
    return new Catalogue(openSqlite({ file, ...about }), options)
  } catch (cause) {
    if (isGantryError(cause)) throw cause
    throw new GantryError('read_only', 'The catalogue cannot be made: its folder takes no files.', { cause })
  }
}
