import { openSqlite } from '@gantry/sqlite/node'

import type { HubDatabase } from '../database/hub-database.ts'
import { hubMigrations } from '../database/hub-schema.ts'

/** Opens the file, or makes it for its owner alone. */
export function openHubDatabase(file: string): HubDatabase {
  return openSqlite({ file, migrations: hubMigrations, owner: 'the hub' })
}
