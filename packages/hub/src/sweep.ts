import { type CallOptions, toCall } from '@gantry/core'
import { throwIfCancelled } from '@gantry/core/driver'

import { countBytes, countObjects } from './accounts/quota.ts'
import type { Blobs } from './blobs/blobs.ts'
import { discardPieces, type ObjectRow } from './objects/object-rows.ts'
import { discardUpload } from './objects/uploads.ts'
import type { HubSetup } from './options.ts'
import type { Shares } from './shares/shares.ts'

/** What a sweep took away. */
export interface Swept {
  /** Shares that were over. */
  readonly shares: number
  /** Objects that nobody claimed. */
  readonly objects: number
  /** Uploads that nobody went on with. */
  readonly uploads: number
  /** Blobs that nothing referred to, whole or not. */
  readonly blobs: number
}

/** So many a transaction: requests wait no longer than that. */
const batchSize = 200

/** Ends what is over, removes what expired, and what a crash left in the keeper. Several may run at once. */
export async function sweep(
  { parts, blobs, shares }: { parts: HubSetup; blobs: Blobs; shares: Shares },
  options: CallOptions = {},
): Promise<Swept> {
  const call = toCall(options)
  const again = async (work: () => Promise<number>): Promise<number> => {
    let total = 0
    for (;;) {
      throwIfCancelled(call)
      const count = await work()
      total += count
      if (count === 0) return total
    }
  }
  const ended = await again(() => shares.endLapsed(batchSize))
  const objects = await again(() => expireObjects(parts, blobs))
  const uploads = await again(() => expireUploads(parts, blobs))
  await parts.database.write(async (sql) => await sql.run('DELETE FROM assertions WHERE ends < ?', parts.clock()))
  await removeGarbage(parts, blobs, () => throwIfCancelled(call))
  return { shares: ended, objects, uploads, blobs: await removeOrphans(parts, blobs, options) }
}

async function expireObjects({ database, clock }: HubSetup, blobs: Blobs): Promise<number> {
  const { count, freed } = await database.write(async (sql) => {
    const rows = await sql.all<ObjectRow>('SELECT * FROM objects WHERE expires <= ? LIMIT ?', clock(), batchSize)
    const gone: string[] = []
    for (const { path, version, owner, size } of rows) {
      await sql.run('DELETE FROM objects WHERE path = ?', path)
      await countBytes(sql, owner, -size)
      await countObjects(sql, owner, -1)
      gone.push(...(await discardPieces(sql, version)))
    }
    return { count: rows.length, freed: gone }
  })
  await blobs.remove(freed)
  return count
}

async function expireUploads({ database, clock, limits }: HubSetup, blobs: Blobs): Promise<number> {
  const { count, freed } = await database.write(async (sql) => {
    const rows = await sql.all<{ id: string; owner: string }>(
      'SELECT id, owner FROM uploads WHERE touched <= ? LIMIT ?',
      clock() - limits.temporaryFor,
      batchSize,
    )
    const gone: string[] = []
    for (const row of rows) gone.push(...(await discardUpload(sql, row)))
    return { count: rows.length, freed: gone }
  })
  await blobs.remove(freed)
  return count
}

/** Blobs that were given up, and that a crash may have kept from being removed. */
async function removeGarbage({ database }: HubSetup, blobs: Blobs, check: () => void): Promise<void> {
  for (let after = ''; ;) {
    check()
    const rows = await database.all<{ blob: string }>(
      'SELECT blob FROM garbage WHERE blob > ? ORDER BY blob LIMIT ?',
      after,
      batchSize,
    )
    const last = rows.at(-1)
    if (last === undefined) return
    // What is in use or cannot be removed stays, and the next sweep comes back to it.
    after = last.blob
    await blobs.remove(rows.map(({ blob }) => blob).filter((blob) => !blobs.isInUse(blob)))
  }
}

/** Blobs that were written and never came into the database. */
async function removeOrphans({ database, clock, limits }: HubSetup, blobs: Blobs, options: CallOptions) {
  let count = 0
  for await (const blob of blobs.writtenBefore(clock() - limits.orphansAfter, options)) {
    if (blobs.isInUse(blob)) continue
    const known = await database.all(
      'SELECT 1 FROM pieces WHERE blob = ? UNION ALL SELECT 1 FROM parts WHERE blob = ?',
      blob,
      blob,
    )
    if (known.length === 0) count += (await blobs.remove([blob])).length
  }
  return count + (await blobs.sweepWrites(clock() - limits.orphansAfter, options))
}
