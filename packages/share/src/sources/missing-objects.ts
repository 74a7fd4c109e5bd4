import { nonceSize, sealedSize } from '@gantry/age'
import type { CallOptions, Store } from '@gantry/core'

import { mapLimited } from '../formats/load/map-limited.ts'
import type { RememberedObject } from './source-catalogue.ts'

const atOnce = 16

/** Objects that the store does not have, or not as long as they must be. */
export async function missingObjects(
  store: Store,
  objects: readonly RememberedObject[],
  header: number,
  call: CallOptions,
): Promise<RememberedObject[]> {
  const looked = await mapLimited(objects, atOnce, async (object) => {
    const found = await store.find(object.path, call)
    return found?.size === header + nonceSize + sealedSize(object.size) ? [] : [object]
  })
  return looked.flat()
}
