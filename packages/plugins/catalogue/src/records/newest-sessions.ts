import type { SqlDatabase } from '@gantry/sqlite'

import type { SessionName } from './place-rows.ts'
import type { CatalogueReceipt } from './receipt.ts'

/** Databases limit how many values a statement has. */
const together = 500

/** Of each receipt, the newest session that brought it; each session once. */
export async function newestSessionsOf(
  database: SqlDatabase,
  receipts: readonly Pick<CatalogueReceipt, 'id'>[],
): Promise<(SessionName & { readonly row: number })[]> {
  const found = new Map<number, SessionName & { readonly row: number }>()
  for (let start = 0; start < receipts.length; start += together) {
    const ids = receipts.slice(start, start + together).map(({ id }) => id)
    const sql = `SELECT id AS row, owner, name FROM sessions WHERE id IN
 (SELECT max(session) FROM session_receipts WHERE receipt IN (${ids.map(() => '?').join(', ')}) GROUP BY receipt)`
    for (const one of await database.all<SessionName & { row: number }>(sql, ...ids)) found.set(one.row, one)
  }
  return [...found.values()]
}
