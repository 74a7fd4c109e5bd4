import { Refusal } from '@gantry/core'

import { countBytes, countObjects } from '../accounts/quota.ts'
import type { Piece } from '../blobs/blobs.ts'
import { first, type SqlWriter } from '../database/hub-database.ts'
import type { HubLimits } from '../options.ts'
import { type AccountPrincipal, ownsOrAdmins } from '../tokens/principal.ts'
import { isShared } from './claims.ts'
import { discardPieces, type ObjectRow } from './object-rows.ts'

export interface Conditions {
  readonly ifAbsent?: boolean | undefined
  readonly ifVersion?: string | undefined
}

export interface Publication extends Conditions {
  readonly path: string
  readonly version: string
  readonly size: number
  readonly modified: number
  readonly crc32: string
  readonly contentType: string | undefined
  readonly pieces: readonly Piece[]
  /** When it goes unless it is claimed. */
  readonly expires: number
  /** Bytes of it that were counted to the writer before, as parts of an upload. */
  readonly counted?: number
}

export interface Published {
  readonly row: ObjectRow
  readonly freed: readonly string[]
}

/** Refuses a write that the conditions or the owner stand against. */
export function checkConditions(
  current: Pick<ObjectRow, 'owner' | 'version'> | undefined,
  { ifAbsent, ifVersion }: Conditions,
  principal: AccountPrincipal,
): void {
  if (ifAbsent === true && current !== undefined) {
    throw new Refusal('already_exists', 'Something is there already.')
  }
  if (current !== undefined && !ownsOrAdmins(principal, current.owner)) throw notTheOwner()
  if (ifVersion !== undefined && ifVersion !== current?.version) {
    throw new Refusal('precondition_failed', 'The object is not of that version: look at it again.')
  }
}

export function notTheOwner(): Refusal {
  return new Refusal('permission_denied', 'The object belongs to another account.', { reason: 'owner' })
}

/**
 * Puts an object in its place, within a transaction: readers see the old one or the new one. What is claimed by a lock
 * or a share stays so when its owner replaces it, or puts it back.
 */
export async function publish(
  sql: SqlWriter,
  wanted: Publication,
  principal: AccountPrincipal,
  limits: HubLimits,
): Promise<Published> {
  const { path, version, size, modified, crc32, contentType, pieces, counted = 0 } = wanted
  const current = await first(sql.all<ObjectRow>('SELECT * FROM objects WHERE path = ?', path))
  checkConditions(current, wanted, principal)
  const owner = current?.owner ?? principal.account
  // What was removed and is put back is what a share of it names yet.
  const isClaimed = current?.expires === null || (await isShared(sql, path, owner))
  const row: ObjectRow = {
    path,
    version,
    owner,
    size,
    modified,
    crc32,
    content_type: contentType ?? null,
    locked: current?.locked ?? 0,
    expires: isClaimed ? null : wanted.expires,
  }
  if (counted > 0) await countBytes(sql, principal.account, -counted)
  await countBytes(sql, owner, size - (current?.size ?? 0))
  if (current === undefined) await countObjects(sql, owner, 1, limits.objectsPerAccount)
  const freed = current === undefined ? [] : await discardPieces(sql, current.version)
  await sql.run('DELETE FROM objects WHERE path = ?', path)
  await sql.run(
    `INSERT INTO objects (path, version, owner, size, modified, crc32, content_type, locked, expires)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    path,
    version,
    owner,
    size,
    modified,
    crc32,
    row.content_type,
    row.locked,
    row.expires,
  )
  for (const [number, piece] of pieces.entries()) {
    await sql.run(
      'INSERT INTO pieces (version, number, blob, size) VALUES (?, ?, ?, ?)',
      version,
      number,
      piece.blob,
      piece.size,
    )
  }
  return { row, freed }
}
