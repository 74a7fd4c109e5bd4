import { first, type SqlWriter } from '../database/hub-database.ts'
import { overQuota } from '../refusal.ts'

/** Counts bytes to an account (or off it, if negative); refuses when that is more than it may keep. */
export async function countBytes(sql: SqlWriter, account: string, bytes: number): Promise<void> {
  if (bytes === 0) return
  await sql.run('UPDATE accounts SET used = max(0, used + ?) WHERE name = ?', bytes, account)
  if (bytes < 0) return
  const row = await first(
    sql.all<{ used: number; quota: number | null }>('SELECT used, quota FROM accounts WHERE name = ?', account),
  )
  if (row !== undefined && row.quota !== null && row.used > row.quota) throw overQuota()
}
