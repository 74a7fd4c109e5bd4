import { type CallOptions, type Store } from '@gantry/core'

import { nonceSize, sealedSize } from '../age/sizes.ts'
import type { RememberedObject, RememberedSource } from './source-catalogue.ts'

const atOnce = 16

/** Objects of a remembered source that the store does not have, or not as long as they must be. */
export async function missingObjects(
  store: Store,
  { objects }: RememberedSource,
  header: number,
  call: CallOptions,
): Promise<RememberedObject[]> {
  const missing: RememberedObject[] = []
  const left = objects.values()
  const look = async () => {
    for (const object of left) {
      const found = await store.find(object.path, call)
      if (found?.size !== header + nonceSize + sealedSize(object.size)) missing.push(object)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, look))
  return missing
}
