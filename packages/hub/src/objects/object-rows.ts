import type { HubObject } from '@gantry/core/hub'

import type { SqlWriter } from '../database/hub-database.ts'

export interface ObjectRow {
  readonly path: string
  readonly version: string
  readonly owner: string
  readonly size: number
  readonly modified: number
  readonly crc32: string
  readonly content_type: string | null
  readonly locked: number
  /** Null: claimed. */
  readonly expires: number | null
}

export function objectOf({ path, version, size, modified, crc32, content_type, expires }: ObjectRow): HubObject {
  return {
    path,
    size,
    version,
    modified,
    digests: { crc32 },
    ...(content_type !== null && { contentType: content_type }),
    ...(expires !== null && { expires }),
  }
}

/** Takes the blobs of a version from it, to be removed when the transaction is committed. */
export async function discardPieces(sql: SqlWriter, version: string): Promise<string[]> {
  const rows = await sql.all<{ blob: string }>('SELECT blob FROM pieces WHERE version = ?', version)
  await sql.run('INSERT INTO garbage (blob) SELECT blob FROM pieces WHERE version = ?', version)
  await sql.run('DELETE FROM pieces WHERE version = ?', version)
  return rows.map(({ blob }) => blob)
}

/** An SQL condition for paths at or below a prefix; one with a slash at its end holds what is below it only. */
export function withinSql(prefix: string, column = 'path'): { readonly sql: string; readonly values: string[] } {
  if (prefix.endsWith('/')) {
    return { sql: `(${column} >= ? AND ${column} < ?)`, values: [prefix, `${prefix.slice(0, -1)}0`] }
  }
  // "0" is what comes after "/".
  return {
    sql: `(${column} = ? OR (${column} >= ? AND ${column} < ?))`,
    values: [prefix, `${prefix}/`, `${prefix}0`],
  }
}
