import { createGantry, entryInput, type FileInput, type Gantry, type GantryOptions } from '@gantry/share'
import { folderCatalogue, nodePlatform } from '@gantry/share/node'
import { type GantryError, Store } from '@gantry/core'
import type { HubKeyFile } from '@gantry/core/hub'
import { fs } from '@gantry/fs'
import { hubStore, hubTokens } from '@gantry/hub-store/node'

interface NodeGantryOptions extends Partial<Omit<GantryOptions, 'catalogue'>> {
  readonly key?: HubKeyFile
  /** Folder for what was uploaded, and with which keys. */
  readonly catalogue?: string
}

/** As an app in Node is put together. Without a key it can open what others share, and no more. */
export function nodeGantry({ key, catalogue, ...rest }: NodeGantryOptions = {}): Gantry {
  return createGantry({
    platform: nodePlatform({ openHubStore: hubStore }),
    ...(key !== undefined && { hub: key.hub, auth: hubTokens({ key }) }),
    ...(catalogue !== undefined && { catalogue: folderCatalogue(catalogue) }),
    ...rest,
  })
}

/** The value, or what went wrong thrown. */
export function valueOf<Value>(result: {
  readonly value?: Value | undefined
  readonly error?: GantryError | undefined
}): Value {
  if (result.error !== undefined) throw result.error
  return result.value as Value
}

/** The files below a folder, by their paths in it. */
export async function inputsIn(folder: string): Promise<FileInput[]> {
  const store = new Store(fs({ root: folder }))
  const inputs: FileInput[] = []
  for await (const entry of store.list()) inputs.push(entryInput(store, entry))
  return inputs
}
