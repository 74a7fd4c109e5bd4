import { first, type SqlDatabase, type SqlValue } from '@gantry/sqlite'

import { bytesOfSha256 } from '../database/hex.ts'

/** What one can ask for by name. */
export const targetKinds = ['session', 'study', 'series', 'instance', 'cid', 'sha256'] as const
export type TargetKind = (typeof targetKinds)[number]

/** Something that the catalogue knows, as it was named. */
export interface Target {
  readonly kind: TargetKind
  /** As it was written. */
  readonly name: string
  /** Row, where the kind has a table of its own; bytes are known by themselves. */
  readonly row: number
}

/** How each kind is looked up: one value, one index. */
export const targetLookups: Readonly<Record<Exclude<TargetKind, 'session'>, string>> = {
  study: 'SELECT id FROM studies WHERE uid = ? LIMIT 1',
  series: 'SELECT id FROM series WHERE uid = ? LIMIT 1',
  instance: 'SELECT id FROM instances WHERE uid = ? LIMIT 1',
  cid: `SELECT id FROM (SELECT id FROM units WHERE root = ? UNION ALL
 SELECT id FROM receipts WHERE cid = ?) AS found LIMIT 1`,
  sha256: 'SELECT id FROM instances WHERE sha256 = ? LIMIT 1',
}

export const sessionLookup = 'SELECT id FROM sessions WHERE owner = ? AND name = ?'

/** What `name` names: a session of this owner (else `owner/session`, where no owner is given), else what a UID, a CID or a SHA-256 names; `undefined` if nothing. */
export async function findTarget(
  database: SqlDatabase,
  name: string,
  { owner, kinds = targetKinds }: { readonly owner?: string; readonly kinds?: readonly TargetKind[] } = {},
): Promise<Target | undefined> {
  for (const kind of kinds) {
    if (!couldBe(kind, name)) continue
    const found =
      kind === 'session'
        ? await findSession(database, name, owner)
        : await first(database.all<{ id: number }>(targetLookups[kind], ...valuesOf(kind, name)))
    if (found !== undefined) return { kind, name, row: found.id }
  }
  return undefined
}

async function findSession(
  database: SqlDatabase,
  name: string,
  owner: string | undefined,
): Promise<{ id: number } | undefined> {
  const own = await first(database.all<{ id: number }>(sessionLookup, owner ?? '', name))
  const slash = name.indexOf('/')
  if (own !== undefined || owner !== undefined || slash < 0) return own
  return await first(database.all<{ id: number }>(sessionLookup, name.slice(0, slash), name.slice(slash + 1)))
}

function valuesOf(kind: TargetKind, name: string): SqlValue[] {
  if (kind === 'sha256') return [bytesOfSha256(name)]
  return kind === 'cid' ? [name, name] : [name]
}

function couldBe(kind: TargetKind, name: string): boolean {
  if (kind === 'session') return true
  if (kind === 'sha256') return /^[0-9a-f]{64}$/u.test(name)
  if (kind === 'cid') return /^[A-Za-z0-9]{46,128}$/u.test(name)
  return /^[0-9.]{1,64}$/u.test(name)
}
