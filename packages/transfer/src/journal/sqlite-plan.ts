import { type Entry, noTally, type Tally } from '@gantry/core'

import { isSize } from '../is-size.ts'
import type { Collision, PlannedEntry } from './journal.ts'
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

/**
 * Entries that have the target of another, all but the first of each, by pages and in the order of planning. They are found
 * in one look at all entries, as there is no index by targets: to look for those of each target would be one look each.
 */
export function* collisions(database: SqliteDatabase, page: number): Generator<Collision[], void, undefined> {
  // Refused entries have no target.
  const places = `FROM entries WHERE twin IS NULL AND target <> '' GROUP BY target HAVING count(*) > 1`
  // A table that comes and goes makes all statements be prepared anew: there hardly ever is one.
  if (database.one(`SELECT target ${places} LIMIT 1`) === undefined) return
  database.exec('DROP TABLE IF EXISTS temp.doubled')
  database.exec('CREATE TEMP TABLE doubled (target TEXT PRIMARY KEY, id INTEGER, path TEXT) WITHOUT ROWID')
  // The id is that of the row with the least path: https://sqlite.org/lang_select.html#bareagg
  database.exec(`INSERT INTO temp.doubled SELECT target, id, min(path) ${places}`)
  const sql = `SELECT entries.id, entries.path, entries.target, doubled.path AS first FROM entries
 CROSS JOIN temp.doubled ON doubled.target = entries.target
 WHERE entries.id > ? AND twin IS NULL AND entries.id <> doubled.id ORDER BY entries.id LIMIT ${page}`
  for (let after = 0; ;) {
    const found = database.all<Collision>(sql, after)
    yield found
    if (found.length < page) return
    after = found.at(-1)?.id ?? after
  }
}

export function forgetPlan(database: SqliteDatabase): void {
  database.transaction(() => {
    database.exec(
      'DELETE FROM entries; DELETE FROM existing; DELETE FROM parts; DELETE FROM parcels; UPDATE job SET planned = 0',
    )
  })
}
