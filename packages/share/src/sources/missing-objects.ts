import { nonceSize, sealedSize } from '@gantry/age'
import type { CallOptions, Store } from '@gantry/core'

import { mapLimited } from '../formats/load/map-limited.ts'
import { objectSize } from './object-size.ts'
import type { RememberedObject } from './source-catalogue.ts'

const atOnce = 16

/** Objects that the store does not have, or not as long as they must be; who may not look believes what is remembered. */
export async function missingObjects(
  store: Store,
  objects: readonly RememberedObject[],
  { header, believed }: { readonly header: number; readonly believed: boolean },
  call: CallOptions,
): Promise<RememberedObject[]> {
  const looked = await mapLimited(objects, atOnce, async (object) => {
    const found = await objectSize(store, object.path, call)
    if (found === 'denied') return believed ? [] : [object]
    return found === header + nonceSize + sealedSize(object.size) ? [] : [object]
  })
  return looked.flat()
}
