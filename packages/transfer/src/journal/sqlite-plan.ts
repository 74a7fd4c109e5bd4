import { type Entry, noTally, type Tally } from '@gantry/core'

import { isSize } from '../is-size.ts'
import type { PlannedEntry } from './journal.ts'
import type { SqliteDatabase } from './sqlite-database.ts'
import { json } from './sqlite-rows.ts'

/** Adds entries to a plan in the making. */
export function insertEntries(database: SqliteDatabase, entries: readonly PlannedEntry[]): void {
  const insert = database.statement(
    `INSERT INTO entries (path, target, size, version, modified, digests, content_type, parcel, code, message)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  database.transaction(() => {
    for (const { source, target, parcel = null, refusal } of entries) {
      const { code = null, message = null } = refusal ?? {}
      const { path, version = null, modified = null, digests, contentType = null } = source
      insert.run(path, target, sizeOf(source), version, modified, json(digests), contentType, parcel, code, message)
    }
  })
}

/** Adds what the destination has. */
export function insertExisting(database: SqliteDatabase, entries: readonly Entry[]): void {
  const insert = database.statement('INSERT OR REPLACE INTO existing VALUES (?, ?, ?, ?, ?)')
  database.transaction(() => {
    for (const entry of entries) {
      const { path, version = null, modified = null, digests } = entry
      insert.run(path, sizeOf(entry), version, modified, json(digests))
    }
  })
}

/** A number that is no size is none that is known: others cannot be written, or not be read again. */
function sizeOf({ size }: Entry): number | null {
  return size !== undefined && isSize(size) ? size : null
}

const doubled = 'SELECT target FROM entries WHERE twin IS NULL GROUP BY target HAVING count(*) > 1'

/**
 * Of entries that were listed more than once, keeps what was told last; answers what is dropped, and nothing where no
 * target is that of two entries: then none can have been.
 */
export function dropRepeated(database: SqliteDatabase): Tally | undefined {
  if (database.one(`${doubled} LIMIT 1`) === undefined) return undefined
  const repeated = `SELECT id, size FROM (
 SELECT id, size, row_number() OVER (PARTITION BY target, path ORDER BY id DESC) nth FROM entries WHERE target IN (${doubled})
 ) WHERE nth > 1`
  const dropped = database.one<Tally>(`SELECT count(*) entries, total(size) bytes FROM (${repeated})`)
  if (dropped === undefined || dropped.entries === 0) return noTally
  database.run(`DELETE FROM entries WHERE id IN (SELECT id FROM (${repeated}))`)
  return { ...dropped }
}

/** Targets that more than one entry has, with those entries in the order of their paths. */
export function* doubledTargets(
  database: SqliteDatabase,
): Generator<{ target: string; entries: { id: number; path: string }[] }, void, undefined> {
  // A table that comes and goes makes all statements be prepared anew: there hardly ever is one.
  if (database.one(`${doubled} LIMIT 1`) === undefined) return
  database.exec('DROP TABLE IF EXISTS temp.doubled')
  database.exec(`CREATE TEMP TABLE doubled AS ${doubled} ORDER BY target`)
  for (let row = 1; ; row += 1) {
    const found = database.one<{ target: string }>('SELECT target FROM temp.doubled WHERE rowid = ?', row)
    if (found === undefined) break
    const { target } = found
    const sql = 'SELECT id, path FROM entries WHERE target = ? AND twin IS NULL ORDER BY path, id'
    yield { target, entries: database.all<{ id: number; path: string }>(sql, target) }
  }
}

export function forgetPlan(database: SqliteDatabase): void {
  database.transaction(() => {
    database.exec(
      'DELETE FROM entries; DELETE FROM existing; DELETE FROM parts; DELETE FROM parcels; UPDATE job SET planned = 0',
    )
  })
}
