import { Refusal } from '@gantry/core'

import { first, type SqlWriter } from '../database/hub-database.ts'
import type { HubParts } from '../options.ts'
import { type AccountPrincipal, checkWithin, ownsOrAdmins } from '../tokens/principal.ts'
import type { ObjectRow } from './object-rows.ts'

/** The object, to be claimed by this account; what others own is `not_found`. */
export async function ownObject(sql: SqlWriter, path: string, principal: AccountPrincipal): Promise<ObjectRow> {
  const row = await first(sql.all<ObjectRow>('SELECT * FROM objects WHERE path = ?', path))
  if (row === undefined || !ownsOrAdmins(principal, row.owner)) {
    throw new Refusal('not_found', 'One of the objects is not there: upload it again.', { path })
  }
  return row
}

/** Claims objects for good: they expire no more. All of them, or none. */
export async function lock(paths: readonly string[], principal: AccountPrincipal, parts: HubParts): Promise<void> {
  for (const path of paths) checkWithin(path, principal)
  await parts.database.write(async (sql) => {
    for (const path of paths) {
      await ownObject(sql, path, principal)
      await sql.run('UPDATE objects SET locked = 1, expires = NULL WHERE path = ?', path)
    }
  })
}

/** Gives them up again; those that are not there need it no more. */
export async function unlock(paths: readonly string[], principal: AccountPrincipal, parts: HubParts): Promise<void> {
  for (const path of paths) checkWithin(path, principal)
  await parts.database.write(async (sql) => {
    for (const path of paths) {
      const row = await first(sql.all<ObjectRow>('SELECT * FROM objects WHERE path = ?', path))
      if (row === undefined || !ownsOrAdmins(principal, row.owner)) continue
      await sql.run('UPDATE objects SET locked = 0 WHERE path = ?', path)
      await release(sql, path, parts)
    }
  })
}

/** In SQL, the claims of living shares of that owner on a path; both as the statement has them. */
const claimsOn = (path: string, owner: string) =>
  `SELECT 1 FROM share_objects o JOIN shares s ON s.seq = o.share
   WHERE o.path = ${path} AND s.owner = ${owner} AND s.ended IS NULL`

/** Whether a living share of that owner claims the path. */
export async function isShared(sql: SqlWriter, path: string, owner: string): Promise<boolean> {
  return (await sql.all(`${claimsOn('?', '?')} LIMIT 1`, path, owner)).length > 0
}

/** Lets an object expire that neither a lock nor a living share claims. */
export async function release(sql: SqlWriter, path: string, { clock, limits }: HubParts): Promise<void> {
  await sql.run(
    `UPDATE objects SET expires = ? WHERE path = ? AND locked = 0 AND expires IS NULL
     AND NOT EXISTS (${claimsOn('objects.path', 'objects.owner')})`,
    clock() + limits.temporaryFor,
    path,
  )
}
