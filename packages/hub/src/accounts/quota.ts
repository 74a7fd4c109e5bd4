import { first, type SqlWriter } from '../database/hub-database.ts'
import { overQuota, tooMany } from '../refusal.ts'

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

/** Counts objects to an account (or off it, if negative), however small they are; refuses more than `most`. */
export async function countObjects(
  sql: SqlWriter,
  account: string,
  objects: number,
  most = Number.POSITIVE_INFINITY,
): Promise<void> {
  await sql.run('UPDATE accounts SET objects = max(0, objects + ?) WHERE name = ?', objects, account)
  if (objects < 0) return
  const row = await first(sql.all<{ objects: number }>('SELECT objects FROM accounts WHERE name = ?', account))
  if (row !== undefined && row.objects > most) throw tooMany('objects', most)
}

const open = { shares: 'shares WHERE ended IS NULL', uploads: 'uploads WHERE answer IS NULL' } as const

/** Refuses one more of what ends some day to an account that has as many of it as it may. */
export async function checkOpen(sql: SqlWriter, what: keyof typeof open, account: string, most: number): Promise<void> {
  const counted = `SELECT count(*) AS count FROM (SELECT 1 FROM ${open[what]} AND owner = ? LIMIT ?)`
  const row = await first(sql.all<{ count: number }>(counted, account, most))
  if (row !== undefined && row.count >= most) throw tooMany(what, most)
}
