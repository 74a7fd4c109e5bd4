import type { JobSpec } from '@gantry/core'
import { DatabaseSync } from 'node:sqlite'

import type { Journal } from './journal.ts'
import { closeConnection, SqliteDatabase } from './sqlite-database.ts'
import { SqliteJournal } from './sqlite-journal.ts'
import { insertJob, journalSchema } from './sqlite-schema.ts'

/**
 * A journal that ends with its process, for plans that may be long: it has no name, and SQLite puts what does not fit
 * into its cache (16 MiB) into a temporary file, which nobody else can open and which is gone when it is closed.
 */
export function scratchJournal(spec: JobSpec): Journal {
  const database = new DatabaseSync('')
  database.exec(`PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY; PRAGMA cache_size = -16384;${journalSchema}`)
  const scratch = SqliteDatabase.over({ database, statements: new Map() }, closeConnection)
  scratch.run(insertJob, JSON.stringify(spec))
  return SqliteJournal.over(scratch, spec)
}
