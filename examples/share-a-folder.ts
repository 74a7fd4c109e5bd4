import { Store } from '@gantry/core'
import type { HubKeyFile } from '@gantry/core/hub'
import { fs } from '@gantry/fs'
import { hubStore, hubTokens } from '@gantry/hub-store/node'
import { createGantry, entryInput } from '@gantry/share'
import { nodePlatform } from '@gantry/share/node'

/** A folder of images as a secret link, which opens for a week. */
export async function shareFolder(root: string, key: HubKeyFile): Promise<string> {
  const platform = nodePlatform({ openHubStore: hubStore })
  const gantry = createGantry({ hub: key.hub, auth: hubTokens({ key }), platform })
  const folder = new Store(fs({ root }))
  const files = []
  for await (const entry of folder.list()) files.push(entryInput(folder, entry))
  const { value: volumes = [], error } = await gantry.med.loadFromFiles(files)
  if (error !== undefined) throw error
  const workspace = (await gantry.workspace.create(volumes, { title: 'A folder' })).value
  const ensured = await gantry.workspace.ensureSources(workspace ?? [])
  if (ensured.error !== undefined) throw ensured.error
  const { value: json } = await gantry.workspace.serialize(workspace ?? [])
  const shared = await gantry.storage.uploadMetadata(json, { expiresIn: '7d' })
  if (shared.error !== undefined) throw shared.error
  return shared.value.secret
}
