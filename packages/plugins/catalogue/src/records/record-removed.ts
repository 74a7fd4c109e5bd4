import type { Catalogue } from '../catalogue.ts'
import { manifestFolder } from '../manifests/manifest-path.ts'
import { giveUpManifest } from '../manifests/manifest-rows.ts'
import { receiptPage } from './read-receipts.ts'

/** What the catalogue knew of what was removed. */
export interface Removed {
  readonly entries: number
  readonly bytes: number
  /** Of `entries`, those that were to be kept until a day that has not come. */
  readonly retained: number
}

/** Paths that are asked about together. */
const atOnce = 500

/** What the catalogue knows of these paths; changes nothing. */
export async function knownOf(catalogue: Catalogue, location: string, paths: readonly string[]): Promise<Removed> {
  return await each(catalogue, { location, paths })
}

/**
 * Says that what lay at these paths was removed on purpose. Manifests are given up once nothing is left that they could tell of:
 * before that, one that is gone is missed.
 */
export async function recordRemoved(
  catalogue: Catalogue,
  location: string,
  paths: readonly string[],
): Promise<Removed> {
  const removed = await each(catalogue, { location, paths, and: async (found) => await catalogue.markRemoved(found) })
  const manifests = paths.filter((path) => path.startsWith(`${manifestFolder}/`))
  if (manifests.length > 0 && !(await holdsAnything(catalogue, location))) {
    for (const path of manifests) await giveUpManifest(catalogue, location, path)
  }
  return removed
}

/** Whether anything is to lie there. */
export async function holdsAnything({ database }: Catalogue, location: string): Promise<boolean> {
  const where = 'receipts.location = (SELECT id FROM locations WHERE url = ?) AND receipts.removed IS NULL'
  return (await receiptPage(database, { where, values: [location], limit: 1 })).length > 0
}

interface About {
  readonly location: string
  readonly paths: readonly string[]
  readonly and?: (found: readonly { readonly id: number }[]) => Promise<void>
}

async function each(catalogue: Catalogue, { location, paths, and }: About): Promise<Removed> {
  const total = { entries: 0, bytes: 0, retained: 0 }
  const now = catalogue.now()
  for (let start = 0; start < paths.length; start += atOnce) {
    const found = [...(await catalogue.atAll(location, paths.slice(start, start + atOnce))).values()]
    for (const { bytes, retainUntil } of found) {
      total.entries += 1
      total.bytes += bytes
      if (retainUntil !== undefined && retainUntil > now) total.retained += 1
    }
    await and?.(found)
  }
  return total
}
