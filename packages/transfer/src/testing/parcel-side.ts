import { type DigestAlgorithm, type ParcelsAbility, Store } from '@gantry/core'
import { memory, MemoryContents } from '@gantry/memory'

import { nodeHashing } from '../platform/hashing.ts'
import type { Side } from './rig.ts'
import { ScriptedDriver } from './scripted-driver.ts'

/** A memory store that gives or takes parcels; `digests` are those that it tells. */
export function parcelSide(parcels: ParcelsAbility, digests: readonly DigestAlgorithm[] = ['sha256']): Side {
  const contents = new MemoryContents()
  const open = () => memory({ contents, parcels, digests: { algorithms: digests, hashing: nodeHashing } })
  const driver = new ScriptedDriver(open())
  return { driver, contents, store: new Store(driver), direct: new Store(open()) }
}
