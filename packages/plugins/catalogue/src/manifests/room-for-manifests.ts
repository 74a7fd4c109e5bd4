import type { Store } from '@gantry/core'

/**
 * What room a store has for manifests. `beside` its entries they are sealed with a key of the catalogue's; what packs entries, and
 * tells their SHA-256 of records of its own, has them `packed` as it has all else. Of images alone there is none.
 */
export function roomForManifests({ abilities, parcels }: Store): 'beside' | 'packed' | undefined {
  if (abilities.layout !== undefined) return undefined
  const packs = parcels?.ability.store !== undefined
  if (packs) return abilities.digests.includes('sha256') ? 'packed' : undefined
  return abilities.write ? 'beside' : undefined
}
