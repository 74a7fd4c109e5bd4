import { Refusal } from '@gantry/core'

import { first, type SqlWriter } from '../database/hub-database.ts'
import type { HubSetup } from '../options.ts'
import { type AccountPrincipal, checkWithin } from '../tokens/principal.ts'

/** Objects that are to be claimed. */
export interface Claimable {
  readonly bytes: number
  /** Some belong to another account: an admin asks. */
  readonly ofOthers: boolean
}

/**
 * All of the objects, to be claimed by this account; what others own is `not_found`. However many there are, it is one
 * statement: nobody else can write meanwhile.
 */
export async function claimable(
  sql: SqlWriter,
  paths: readonly string[],
  principal: AccountPrincipal,
): Promise<Claimable> {
  const given = `json_each(?) AS wanted LEFT JOIN objects ON objects.path = wanted.value`
  const json = JSON.stringify(paths)
  const { account, admin } = principal
  const all = await first(
    sql.all<{ bytes: number | null; own: number | null }>(
      `SELECT sum(size) AS bytes, sum(owner = ?) AS own FROM ${given}`,
      account,
      json,
    ),
  )
  const bytes = all?.bytes ?? 0
  if (all?.own === paths.length) return { bytes, ofOthers: false }
  const lacking = await first(
    sql.all<{ path: string }>(
      `SELECT wanted.value AS path FROM ${given} WHERE owner IS NULL OR (owner <> ? AND NOT ?) LIMIT 1`,
      json,
      account,
      admin ? 1 : 0,
    ),
  )
  if (lacking === undefined) return { bytes, ofOthers: true }
  throw new Refusal('not_found', 'One of the objects is not there: upload it again.', {
    reason: 'objects',
    path: lacking.path,
  })
}

/** Claims objects for good: they expire no more. All of them, or none. */
export async function lock(paths: readonly string[], principal: AccountPrincipal, parts: HubSetup): Promise<void> {
  for (const path of paths) checkWithin(path, principal)
  await parts.database.write(async (sql) => {
    await claimable(sql, paths, principal)
    await sql.run(`UPDATE objects SET locked = 1, expires = NULL WHERE ${among}`, JSON.stringify(paths))
  })
}

/** Gives them up again; those that are not there need it no more. */
export async function unlock(paths: readonly string[], principal: AccountPrincipal, parts: HubSetup): Promise<void> {
  for (const path of paths) checkWithin(path, principal)
  const { admin, account } = principal
  const own = `${among} AND (owner = ? OR ?)`
  const values = [JSON.stringify(paths), account, admin ? 1 : 0]
  await parts.database.write(async (sql) => {
    await sql.run(`UPDATE objects SET locked = 0 WHERE ${own}`, ...values)
    await release(sql, own, values, parts)
  })
}

/** In SQL: paths of a list in JSON. */
const among = 'path IN (SELECT value FROM json_each(?))'

/** In SQL, the claims of living shares of that owner on a path; both as the statement has them. */
const claimsOn = (path: string, owner: string) =>
  `SELECT 1 FROM share_objects o JOIN shares s ON s.seq = o.share
   WHERE o.path = ${path} AND s.owner = ${owner} AND s.ended IS NULL`

/** Whether a living share of that owner claims the path. */
export async function isShared(sql: SqlWriter, path: string, owner: string): Promise<boolean> {
  return (await sql.all(`${claimsOn('?', '?')} LIMIT 1`, path, owner)).length > 0
}

/** Gives up what a share claims, within a transaction that has ended it. */
export async function releaseShared(sql: SqlWriter, share: number, parts: HubSetup): Promise<void> {
  await release(sql, 'path IN (SELECT path FROM share_objects WHERE share = ?)', [share], parts)
}

/** Lets those objects expire that neither a lock nor a living share claims. */
async function release(
  sql: SqlWriter,
  which: string,
  values: readonly (string | number)[],
  { clock, limits }: HubSetup,
): Promise<void> {
  await sql.run(
    `UPDATE objects SET expires = ? WHERE ${which} AND locked = 0 AND expires IS NULL
     AND NOT EXISTS (${claimsOn('objects.path', 'objects.owner')})`,
    clock() + limits.temporaryFor,
    ...values,
  )
}
