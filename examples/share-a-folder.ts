import { Store } from '@gantry/core'
import type { HubKeyFile } from '@gantry/core/hub'
import { fs } from '@gantry/fs'
import { hubStore, hubTokens } from '@gantry/hub-store/node'
import { createGantry, entryInput, type Result } from '@gantry/share'
import { nodePlatform } from '@gantry/share/node'

/** A folder of images as a secret link, which opens for a week. */
export async function shareFolder(root: string, key: HubKeyFile): Promise<string> {
  const platform = nodePlatform({ openHubStore: hubStore })
  const gantry = createGantry({ hub: key.hub, auth: hubTokens({ key }), platform })
  const folder = new Store(fs({ root }))
  try {
    const files = []
    for await (const entry of folder.list()) files.push(entryInput(folder, entry))
    const volumes = valueOf(await gantry.med.loadFromFiles(files))
    const workspace = valueOf(await gantry.workspace.create(volumes, { title: 'A folder' }))
    valueOf(await gantry.workspace.ensureSources(workspace))
    const json = valueOf(await gantry.workspace.serialize(workspace))
    return valueOf(await gantry.storage.uploadMetadata(json, { expiresIn: '7d' })).secret
  } finally {
    await folder.close()
  }
}

function valueOf<Value>({ value, error }: Result<Value>): Value {
  if (error !== undefined) throw error
  return value
}
