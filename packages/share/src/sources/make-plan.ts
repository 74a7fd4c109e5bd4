import { createSourceKey, restoreSourceKey, type SourceKey } from '@gantry/age'
import { isGantryError } from '@gantry/core'
import { base64 } from '@scure/base'

import type { Context } from '../gantry/context.ts'
import { callOf, type CallSettings } from '../gantry/result.ts'
import { createSealedItem } from '../sealing/sealed-item.ts'
import type { DigestedFile } from './digest-files.ts'
import { missingObjects } from './missing-objects.ts'
import type { RememberedObject, RememberedSource } from './source-catalogue.ts'
import type { Uploading } from './upload-sources.ts'

/** What is still to be sent of these files: of those that were sent before, what the store does not have any more. */
export async function makePlan(
  context: Context,
  fingerprint: string,
  digested: readonly DigestedFile[],
  settings: CallSettings,
): Promise<Uploading> {
  const { catalogue, store } = context
  const inputs = new Map(digested.map(({ sha256, input }) => [sha256, input]))
  const remembered = await catalogue.find(fingerprint, store.url)
  const key = remembered === undefined ? undefined : await keyOf(remembered, digested)
  if (remembered !== undefined && key !== undefined) {
    const known = { header: key.header.length, believed: remembered.complete }
    const missing = await missingObjects(store, remembered.objects, known, callOf(settings))
    return { remembered, key, inputs, missing, begun: true }
  }
  const fresh = await createSourceKey()
  const folder = await context.folderIn(store, settings.signal)
  const plan = newSource(folder, store.url, fingerprint, digested, fresh)
  // Before the first byte: what is sent under a nonce must be sent under no other key, and what arrived be found again.
  await catalogue.save(plan)
  return { remembered: plan, key: fresh, inputs, missing: plan.objects, begun: false }
}

function newSource(
  folder: string,
  store: string,
  fingerprint: string,
  digested: readonly DigestedFile[],
  { identity, header }: SourceKey,
): RememberedSource {
  const bySha256 = new Map(digested.map(({ sha256, size }) => [sha256, size]))
  const objects = [...bySha256].map(([sha256, size]): RememberedObject => {
    const { path, nonce } = createSealedItem({ path: sha256, size })
    return { path: `${folder}/${path}`, nonce, size, sha256 }
  })
  return { fingerprint, store, identity, header: base64.encode(header), objects, complete: false }
}

/** The key of what is remembered; `undefined` where it is damaged, or of other files: they are uploaded anew. */
async function keyOf(
  { identity, header, objects }: RememberedSource,
  digested: readonly DigestedFile[],
): Promise<SourceKey | undefined> {
  const sizes = new Map(objects.map(({ sha256, size }) => [sha256, size]))
  if (!digested.every(({ sha256, size }) => sizes.get(sha256) === size)) return undefined
  try {
    return await restoreSourceKey(identity, base64.decode(header))
  } catch (error) {
    // The base64 decoder throws plain errors.
    if (isGantryError(error) && error.code === 'cancelled') throw error
    return undefined
  }
}
