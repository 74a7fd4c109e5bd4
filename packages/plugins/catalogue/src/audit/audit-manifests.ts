import { isGantryError } from '@gantry/core'
import { first } from '@gantry/sqlite'

import type { Catalogue } from '../catalogue.ts'
import { currentKey } from '../keys/key-rows.ts'
import { lookAtManifests, unlocker } from '../manifests/look-at-manifests.ts'
import { manifestFolder } from '../manifests/manifest-path.ts'
import { manifestsAt } from '../manifests/manifest-rows.ts'
import { roomForManifests } from '../manifests/room-for-manifests.ts'
import type { SessionName } from '../records/place-rows.ts'
import { holdsAnything } from '../records/record-removed.ts'
import type { AuditOptions } from './audit.ts'
import type { AuditResult } from './finding.ts'
import { placesOf } from './sample.ts'
import type { Stores } from './stores.ts'

type Audited = Pick<AuditResult, 'findings' | 'closed' | 'read' | 'manifests' | 'unopened'>

/** Looks at the manifests of what is audited: all of them are to be there; those that are read are as many as of entries. */
export async function auditManifests(options: AuditOptions, stores: Stores, random: () => number): Promise<Audited> {
  const { catalogue, selection = {}, signal, drill = false, onManifestFinding } = options
  const { target, location: only, sample, percent } = selection
  const total = { findings: 0, closed: 0, read: 0, manifests: 0, unopened: 0 }
  if (target !== undefined && target.kind !== 'session') return total
  const session = target === undefined ? undefined : await sessionOf(catalogue, target.row)
  const all = target === undefined && sample === undefined && percent === undefined
  const keyed = (await currentKey(catalogue)) !== undefined
  const unlock = unlocker(options.passphrase)
  for (const location of only === undefined ? await catalogue.locations() : [only]) {
    const expected = await currentAt(catalogue, location, session)
    // Others are looked for where there may be some of which the catalogue does not know.
    if (expected === 0 && (session !== undefined || !(all || keyed))) continue
    // It was told already, and that its entries were not looked at.
    if (stores.isClosed(location)) continue
    try {
      const store = await stores.at(location)
      const room = roomForManifests(store)
      if (room === undefined || (room === 'beside' && !keyed && expected === 0)) continue
      const { looked, unopened, read } = await lookAtManifests({
        catalogue,
        store,
        location,
        signal,
        drill,
        all,
        unlock,
        ...(session !== undefined && { session }),
        choose: (count) => placesOf(count, selection, random),
        onFinding(finding) {
          total.findings += 1
          onManifestFinding?.(finding)
        },
      })
      total.manifests += looked
      total.unopened += unopened
      total.read += read
      if (all && looked === 0 && (await holdsAnything(catalogue, location))) options.onWithoutManifests?.(location)
    } catch (error) {
      if (!isGantryError(error) || error.code === 'cancelled') throw error
      if (error.code === 'unauthenticated') {
        if (expected > 0) stores.shut(location, error)
        total.closed += expected
        continue
      }
      // Nothing is known of a place that does not open: where nothing is to be there, nothing is missed.
      if (expected === 0) continue
      total.findings += 1
      const { code } = error
      onManifestFinding?.({ kind: 'manifest-unreadable', location, path: manifestFolder, code })
    }
  }
  return total
}

async function sessionOf({ database }: Catalogue, row: number): Promise<SessionName | undefined> {
  return await first(database.all<SessionName>('SELECT owner, name FROM sessions WHERE id = ?', row))
}

/** Manifests that are to be there. */
async function currentAt(catalogue: Catalogue, location: string, session: SessionName | undefined): Promise<number> {
  let count = 0
  for (const one of (await manifestsAt(catalogue, location)).values()) {
    const { owner, name } = one.session ?? {}
    if (!one.replaced && (session === undefined || (owner === session.owner && name === session.name))) count += 1
  }
  return count
}
