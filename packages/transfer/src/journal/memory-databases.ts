import { closeConnection, type SqliteConnection, SqliteDatabase } from './sqlite-database.ts'
import { DatabaseSync } from 'node:sqlite'

import { journalSchema } from './sqlite-schema.ts'

/** Databases in memory that are kept for the next journal: as many as jobs run side by side. */
const mostSpare = 16
/** What a large job needed of memory is given back: pages of 4 KiB. */
const mostPages = 256

const spare: SqliteConnection[] = []

/**
 * An empty journal in memory. To make one, and to prepare its statements, takes longer than to move a small entry: who runs
 * many small jobs uses the same ones again.
 */
export function takeMemory(): SqliteDatabase {
  return SqliteDatabase.over(spare.pop() ?? newMemory(), release)
}

function newMemory(): SqliteConnection {
  const database = new DatabaseSync(':memory:')
  database.exec(journalSchema)
  return { database, statements: new Map() }
}

function release(connection: SqliteConnection): void {
  const { database } = connection
  try {
    const { page_count: pages } = database.prepare('PRAGMA page_count').get() as { page_count: number }
    if (spare.length < mostSpare && pages <= mostPages && !database.isTransaction) {
      database.exec(`DELETE FROM job; DELETE FROM entries; DELETE FROM parts; DELETE FROM existing; DELETE FROM parcels;
 DELETE FROM log; DELETE FROM requests; DROP TABLE IF EXISTS temp.doubled`)
      spare.push(connection)
      return
    }
  } catch {
    // One that has failed is of no use to the next.
  }
  closeConnection(connection)
}
