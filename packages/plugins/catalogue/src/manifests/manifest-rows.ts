import { createHash } from 'node:crypto'

import type { Catalogue } from '../catalogue.ts'
import { hexOf } from '../database/hex.ts'
import { locationRow, type SessionName, sessionRow } from '../records/place-rows.ts'

/** What the bytes of a manifest were. */
export interface ManifestBytes {
  readonly bytes: number
  readonly sha256: Uint8Array
}

/** A manifest, as the catalogue remembers it. */
export interface KnownManifest {
  readonly path: string
  /** `undefined` of one that nobody can tell any more: it was damaged before it was known, and newer ones tell the same. */
  readonly session: SessionName | undefined
  /** `undefined` of one that was there before the catalogue remembered any. */
  readonly told: { readonly bytes: number; readonly sha256: string } | undefined
  /** Newer ones tell more: nobody misses it. */
  readonly replaced: boolean
}

interface ManifestAt {
  readonly location: string
  readonly session: SessionName
  readonly path: string
}

export function bytesOfManifest(bytes: Uint8Array): ManifestBytes {
  return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest() }
}

const upsert = `INSERT INTO manifests (location, session, path, size, sha256, at) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (location, path) DO UPDATE SET session = excluded.session, replaced = NULL`
const withBytes = `${upsert}, size = excluded.size, sha256 = excluded.sha256, at = excluded.at`

/**
 * Remembers a manifest of a session: that these are its bytes; with `null`, that nobody knows; without any, that it is there,
 * and what is known of its bytes stays known.
 */
export async function rememberManifest(
  catalogue: Catalogue,
  { location, session, path }: ManifestAt,
  told?: ManifestBytes | null,
): Promise<void> {
  const now = catalogue.now()
  const sql = told === undefined ? upsert : withBytes
  await catalogue.database.write(async (writer) => {
    const [at, of] = [await locationRow(writer, location), await sessionRow(writer, session, now)]
    await writer.run(sql, at, of, path, told?.bytes ?? null, told?.sha256 ?? null, now)
  })
}

/** Of a session's manifests in a place, all others are replaced by these. */
export async function replaceManifests(
  catalogue: Catalogue,
  { location, session }: Omit<ManifestAt, 'path'>,
  paths: ReadonlySet<string>,
): Promise<void> {
  const now = catalogue.now()
  await catalogue.database.write(async (writer) => {
    const [at, of] = [await locationRow(writer, location), await sessionRow(writer, session, now)]
    const sql = 'SELECT id, path FROM manifests WHERE location = ? AND session = ? AND replaced IS NULL'
    for (const { id, path } of await writer.all<{ id: number; path: string }>(sql, at, of)) {
      if (!paths.has(path)) await writer.run('UPDATE manifests SET replaced = ? WHERE id = ?', now, id)
    }
  })
}

/** Nobody is to miss what nobody can read, once all sessions of its place are told anew. */
export async function giveUpManifest(catalogue: Catalogue, location: string, path: string): Promise<void> {
  const now = catalogue.now()
  const sql = `INSERT INTO manifests (location, path, at, replaced) VALUES (?, ?, ?, ?)
 ON CONFLICT (location, path) DO UPDATE SET replaced = coalesce(manifests.replaced, excluded.replaced)`
  await catalogue.database.write(async (writer) => {
    await writer.run(sql, await locationRow(writer, location), path, now, now)
  })
}

interface ManifestRow {
  readonly path: string
  readonly owner: string | null
  readonly name: string | null
  readonly size: number | null
  readonly sha256: Uint8Array | null
  readonly replaced: number | null
}

/** All manifests of a place, by path, in the order in which they became known. */
export async function manifestsAt({ database }: Catalogue, location: string): Promise<Map<string, KnownManifest>> {
  const sql = `SELECT path, owner, name, size, sha256, replaced FROM manifests
 LEFT JOIN sessions ON sessions.id = manifests.session WHERE location = (SELECT id FROM locations WHERE url = ?)
 ORDER BY manifests.id`
  const rows = await database.all<ManifestRow>(sql, location)
  return new Map(
    rows.map(({ path, owner, name, size, sha256, replaced }) => [
      path,
      {
        path,
        session: owner === null || name === null ? undefined : { owner, name },
        told: size === null || sha256 === null ? undefined : { bytes: size, sha256: hexOf(sha256) },
        replaced: replaced !== null,
      },
    ]),
  )
}
