import { join } from 'node:path'

import { currentKey, hubArchive, keptAttributes, makeKey, saveKey } from '@gantry/catalogue'
import { openCatalogue } from '@gantry/catalogue/node'
import type { HubArchive } from '@gantry/core/hub'
import { nodeHashing } from '@gantry/transfer'

import type { Context } from '../../context.ts'
import { loadIdentify } from '../../jobs/job-parts.ts'
import { openPlacesUntold } from '../../places/open-places.ts'
import { archivePassphrase, refuseOtherPassphrase } from '../archive/archive-passphrase.ts'

export interface OpenedHubArchive {
  readonly archive: HubArchive
  close(): Promise<void>
}

/** A place that the hub's accounts archive to; its catalogue lies in the hub's folder. */
export async function openHubArchive(context: Context, folder: string, place: string): Promise<OpenedHubArchive> {
  const { store, address: location } = await (await openPlacesUntold(context)).open(place)
  const catalogue = openCatalogue(join(folder, 'catalogue.db'))
  const close = async () => {
    await catalogue.close()
    await store.close()
  }
  try {
    let key = await currentKey(catalogue)
    if (key === undefined) {
      key = await makeKey(await archivePassphrase(context, {}, { fresh: true }))
      await saveKey(catalogue, key)
    } else {
      await refuseOtherPassphrase(context, key, undefined)
    }
    const identify = await loadIdentify([...keptAttributes])
    return { archive: hubArchive({ catalogue, store, location, hashing: nodeHashing, identify, key }), close }
  } catch (error) {
    await close()
    throw error
  }
}
