import type { JournalEvent } from './journal.ts'
import type { SqliteDatabase } from './sqlite-database.ts'
import { json } from './sqlite-rows.ts'
import { damage, status } from './sqlite-schema.ts'

/** Folds one event into the rows that it is about; within a transaction. */
export function applyEvent(database: SqliteDatabase, event: JournalEvent): void {
  const now = Date.now()
  const log = (entry: number | null, code: string | null, attempt: number | null) =>
    database.run('INSERT INTO log VALUES (?, ?, ?, ?, ?)', now, event.type, entry, code, attempt)
  switch (event.type) {
    case 'phase':
      database.run('UPDATE job SET phase = ?, failure = ?', event.phase, event.code ?? null)
      log(null, event.code ?? event.phase, null)
      return
    case 'begun':
      database.run('UPDATE entries SET upload = ? WHERE id = ?', JSON.stringify(event.upload), event.id)
      return
    case 'part': {
      const { number, offset, size, tag, digests } = event.part
      database.run(
        'INSERT OR REPLACE INTO parts VALUES (?, ?, ?, ?, ?, ?)',
        event.id,
        number,
        offset,
        size,
        tag,
        json(digests),
      )
      return
    }
    case 'done': {
      const { bytes, digests, version = null, verified } = event.receipt
      const { size = null } = event
      database.run(
        `UPDATE entries SET status = ${status.done}, code = NULL, message = NULL, upload = NULL, damaged = 0,
         size = coalesce(size, ?), stored_bytes = ?, stored_digests = ?, stored_version = ?, verified = ?, at = ? WHERE id = ?`,
        size,
        bytes,
        json(digests),
        version,
        verified ? 1 : 0,
        now,
        event.id,
      )
      database.run('DELETE FROM parts WHERE entry = ?', event.id)
      return
    }
    case 'skipped':
      database.run(
        `UPDATE entries SET status = ?, code = NULL, message = NULL, damaged = 0, size = coalesce(size, ?), at = ?
         WHERE id = ?`,
        status[event.reason],
        event.size ?? null,
        now,
        event.id,
      )
      return
    case 'failed':
      database.run(
        `UPDATE entries SET status = ${status.failed}, code = ?, message = ?, damaged = iif(?, ${damage.found}, damaged),
         stored_bytes = NULL, stored_digests = NULL WHERE id = ?`,
        event.code,
        event.message,
        event.damaged === true ? 1 : 0,
        event.id,
      )
      log(event.id, event.code, null)
      return
    case 'retried':
      log(event.id, event.code, event.attempt)
      return
    case 'doubted':
      database.run(`UPDATE entries SET damaged = ${damage.doubted} WHERE id = ? AND damaged = 0`, event.id)
      return
    case 'released':
      database.run(`UPDATE entries SET status = ${status.pending} WHERE id = ?`, event.id)
      return
    case 'dropped':
      database.run('UPDATE entries SET upload = NULL WHERE id = ?', event.id)
      database.run('DELETE FROM parts WHERE entry = ?', event.id)
      return
    case 'added':
      database.run(
        'UPDATE entries SET stored_bytes = ?, stored_digests = ? WHERE id = ?',
        event.bytes,
        json(event.digests),
        event.id,
      )
      return
    case 'saved':
      if (event.saved === undefined) database.run('DELETE FROM parcels WHERE parcel = ?', event.parcel)
      else database.run('INSERT OR REPLACE INTO parcels VALUES (?, ?)', event.parcel, event.saved)
      return
    case 'checked':
      database.run('UPDATE entries SET verified = ? WHERE id = ?', event.verified ? 1 : 0, event.id)
  }
}
