import type { SqliteDatabase } from './sqlite-database.ts'
import type { EntryRow } from './sqlite-rows.ts'
import { status } from './sqlite-schema.ts'

/**
 * Marks pending entries after `cursor` as begun: rows of each unit, as they were, and the id to go on from. To be called within
 * a transaction.
 */
export function takeUnits(
  database: SqliteDatabase,
  cursor: number,
  { count, most }: { readonly count: number; readonly most: number },
): { readonly units: readonly (readonly EntryRow[])[]; readonly last: number } {
  const next = 'SELECT * FROM entries WHERE id > ? AND status = 0 ORDER BY id LIMIT ?'
  const together = 'SELECT * FROM entries WHERE parcel = ? AND status = 0 ORDER BY id'
  const units: EntryRow[][] = []
  const taken = new Set<number>()
  let last = cursor
  for (const row of database.all<EntryRow>(next, cursor, count)) {
    if (taken.size >= most) break
    last = row.id
    if (taken.has(row.id)) continue
    const rows = row.parcel === null ? [row] : database.all<EntryRow>(together, row.parcel)
    for (const { id } of rows) {
      taken.add(id)
      database.run('UPDATE entries SET status = 1, begun = 1 WHERE id = ?', id)
    }
    units.push(rows)
  }
  return { units, last }
}

/** Pending entries of no parcel that come next. */
export function upcomingRows(database: SqliteDatabase, after: number, count: number): EntryRow[] {
  const next = 'SELECT * FROM entries WHERE id > ? AND status = 0 AND parcel IS NULL ORDER BY id LIMIT ?'
  return database.all<EntryRow>(next, after, count)
}

/** Failed entries are pending again; why one was planned without a place is as it was. */
export function reopenFailed(database: SqliteDatabase): void {
  database.run(
    `UPDATE entries SET status = 0, code = iif(target = '', code, NULL), message = iif(target = '', message, NULL)
 WHERE status = ${status.failed}`,
  )
}
