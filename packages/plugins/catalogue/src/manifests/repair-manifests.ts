import type { CallOptions, Store } from '@gantry/core'
import { checkGiven } from '@gantry/core/driver'

import type { Catalogue } from '../catalogue.ts'
import { currentKey } from '../keys/key-rows.ts'
import type { SessionName } from '../records/place-rows.ts'
import { manifestFolder } from './manifest-path.ts'
import { giveUpManifest } from './manifest-rows.ts'
import { roomForManifests } from './room-for-manifests.ts'
import { writeManifests } from './write-manifests.ts'

export interface RepairManifestsOptions extends CallOptions {
  readonly catalogue: Catalogue
  readonly store: Store
  readonly location: string
  /** Paths of manifests and keys that were found damaged or missing there. */
  readonly broken: ReadonlySet<string>
  readonly who: string
}

/**
 * Writes manifests of a place, and the key to them, again from what the catalogue knows: of all sessions, because nobody can say
 * which one a damaged manifest told of. The paths of what was written; `undefined` where the catalogue has no key to write with.
 */
export async function repairManifests(options: RepairManifestsOptions): Promise<readonly string[] | undefined> {
  checkGiven(options, 'repairManifests', {
    catalogue: 'object',
    store: 'store',
    location: 'string',
    broken: 'object',
    who: 'string',
  })
  const { catalogue, store, location, broken, who, signal } = options
  const key = await currentKey(catalogue)
  const isPacked = roomForManifests(store) === 'packed'
  if (!isPacked && key === undefined) return undefined
  const sealing = isPacked || key === undefined ? {} : { key }
  const call = signal === undefined ? {} : { signal }
  const written = new Set<string>()
  for (const session of await sessionsAt(catalogue, location)) {
    // A key is of many sessions, and written once.
    const damaged = new Set([...broken].filter((path) => !written.has(path)))
    const { lacked } = await writeManifests({ catalogue, store, location, session, damaged, ...sealing, ...call })
    for (const path of lacked) written.add(path)
  }
  // What is told by others now is missed by nobody.
  for (const path of broken) {
    const isGone = !written.has(path) && path.startsWith(`${manifestFolder}/`)
    if (isGone) await giveUpManifest(catalogue, location, path)
  }
  await catalogue.note({ kind: 'mended', who, place: location, entries: 0, bytes: 0 })
  return [...written]
}

/** Sessions of what lies there, and those that manifests are remembered of. */
async function sessionsAt({ database }: Catalogue, location: string): Promise<SessionName[]> {
  const sql = `SELECT owner, name FROM sessions WHERE id IN (
 SELECT session FROM session_receipts JOIN receipts ON receipts.id = receipt
 WHERE receipts.location = (SELECT id FROM locations WHERE url = ?) AND receipts.removed IS NULL
 UNION SELECT session FROM manifests WHERE location = (SELECT id FROM locations WHERE url = ?)) ORDER BY id`
  return await database.all<SessionName>(sql, location, location)
}
