import type { SqlDatabase, SqlWriter } from '@gantry/sqlite'

import type { CatalogueEvent, NewEvent } from './event.ts'
import type { Target } from './target.ts'

interface EventRow {
  readonly at: number
  readonly kind: CatalogueEvent['kind']
  readonly who: string
  readonly name: string | null
  readonly target: string | null
  readonly place: string | null
  readonly entries: number
  readonly bytes: number
}

export async function recordEvent(
  sql: SqlWriter,
  { kind, who, target, place, entries, bytes }: NewEvent,
  { at, session }: { readonly at: number; readonly session: number | undefined },
): Promise<void> {
  await sql.run(
    'INSERT INTO events (at, kind, who, session, target, place, entries, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    at,
    kind,
    who,
    session ?? null,
    target ?? null,
    place ?? null,
    entries,
    bytes,
  )
}

/** Newest first. */
export async function eventsOf(
  database: SqlDatabase,
  { session, limit = 100 }: { readonly session?: Target; readonly limit?: number },
): Promise<CatalogueEvent[]> {
  const of = session === undefined ? '' : 'WHERE events.session = ?'
  const sql = `SELECT at, kind, who, sessions.name, target, place, entries, bytes FROM events
 LEFT JOIN sessions ON sessions.id = events.session ${of} ORDER BY events.id DESC LIMIT ?`
  const rows = await database.all<EventRow>(sql, ...(session === undefined ? [] : [session.row]), limit)
  return rows.map(({ name, target, place, ...event }) => ({
    ...event,
    ...(name !== null && { session: name }),
    ...(target !== null && { target }),
    ...(place !== null && { place }),
  }))
}
