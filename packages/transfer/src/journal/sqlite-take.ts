import type { SqliteDatabase } from './sqlite-database.ts'
import type { EntryRow } from './sqlite-rows.ts'
import { status } from './sqlite-schema.ts'

/** Rows that are read at a time: asking for a few costs as much as asking for many, and these are little to hold. */
const page = 256

const pending = `status = ${status.pending}`

/** Pending entries in the order of their ids, read ahead. */
export class PendingRows {
  readonly #database: SqliteDatabase
  /** Pending entries have ids above it. */
  #cursor = 0
  /** After the cursor, in order; all that are pending up to the last of them. */
  #ahead: EntryRow[] = []

  constructor(database: SqliteDatabase) {
    this.#database = database
  }

  /** Ids up to it are not pending. */
  get cursor(): number {
    return this.#cursor
  }

  /**
   * Marks pending entries as begun: rows of each unit, as they were; `count` units, or fewer that have `most` entries. To be
   * called within a transaction.
   */
  take({ count, most }: { readonly count: number; readonly most: number }): readonly (readonly EntryRow[])[] {
    const together = `SELECT * FROM entries WHERE parcel = ? AND ${pending} ORDER BY id`
    const begin = `UPDATE entries SET status = ${status.active}, begun = 1 WHERE id = ?`
    const units: EntryRow[][] = []
    let taken = 0
    while (units.length < count && taken < most) {
      const row = this.#next()
      if (row === undefined) break
      const rows = row.parcel === null ? [row] : this.#database.all<EntryRow>(together, row.parcel)
      for (const { id } of rows) this.#database.run(begin, id)
      if (row.parcel !== null) this.#ahead = this.#ahead.filter(({ parcel }) => parcel !== row.parcel)
      taken += rows.length
      units.push(rows)
    }
    return units
  }

  /** Pending entries may have any id above this one, and are not what was read ahead. */
  startAfter(id: number): void {
    this.#cursor = id
    this.#ahead = []
  }

  /** An entry is not what it was; one that was `released` is pending again. */
  changed(id: number, released: boolean): void {
    if (released) this.startAfter(Math.min(this.#cursor, id - 1))
    else if (id > this.#cursor && this.#ahead.some((row) => row.id === id)) this.#ahead = []
  }

  #next(): EntryRow | undefined {
    if (this.#ahead.length === 0) {
      const next = `SELECT * FROM entries WHERE id > ? AND ${pending} ORDER BY id LIMIT ?`
      this.#ahead = this.#database.all<EntryRow>(next, this.#cursor, page)
    }
    const row = this.#ahead.shift()
    this.#cursor = row?.id ?? this.#cursor
    return row
  }
}

/** Pending entries of no parcel that come next. */
export function upcomingRows(database: SqliteDatabase, after: number, count: number): EntryRow[] {
  const next = `SELECT * FROM entries WHERE id > ? AND ${pending} AND parcel IS NULL ORDER BY id LIMIT ?`
  return database.all<EntryRow>(next, after, count)
}

/** Failed entries are pending again; why one was planned without a place is as it was. */
export function reopenFailed(database: SqliteDatabase): void {
  database.run(
    `UPDATE entries SET ${pending}, code = iif(target = '', code, NULL), message = iif(target = '', message, NULL)
 WHERE status = ${status.failed}`,
  )
}
