import { statSync } from 'node:fs'

import type { SqliteDatabase } from './sqlite-database.ts'
import { status } from './sqlite-schema.ts'

/** When a journal was last written, as its files say; to be asked before it is opened, which writes. */
export function lastWritten(file: string): number | undefined {
  const times = [file, `${file}-wal`].map((name) => statSync(name, { throwIfNoEntry: false })?.mtimeMs ?? 0)
  const last = Math.max(...times)
  return last === 0 ? undefined : last
}

/** What was in flight is pending again, and when that can have been is noted: later processes write to the journal, too. */
export function noteCrash(database: SqliteDatabase, last = Date.now()): void {
  const { active, pending } = status
  if (database.one(`SELECT id FROM entries WHERE status = ${active} LIMIT 1`) !== undefined) {
    database.run("INSERT INTO log (at, type) VALUES (?, 'crashed')", last)
    database.run(`UPDATE entries SET status = ${pending}, crashed = 1 WHERE status = ${active}`)
  }
  database.run('DELETE FROM requests')
}

/** When the last of the processes that died with something in flight wrote last. */
export function crashedAt(database: SqliteDatabase): number | undefined {
  return database.one<{ at: number | null }>("SELECT max(at) at FROM log WHERE type = 'crashed'")?.at ?? undefined
}
