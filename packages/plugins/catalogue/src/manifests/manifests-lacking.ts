import { type CallOptions, isGantryError, type Store } from '@gantry/core'

import { keyFolder, manifestFolder } from './manifest-path.ts'

/** Whether a store has room for manifests: of images alone there is none, and what packs units has its own. */
export function takesManifests({ abilities, parcels }: Store): boolean {
  return abilities.write && abilities.layout === undefined && parcels?.ability.store === undefined
}

/**
 * What a store lacks altogether of what a lost catalogue is made from: `manifests` where there is none, `key` where none
 * lies there that opens one of them. Lists, and reads nothing.
 */
export async function manifestsLacking(
  store: Store,
  options: CallOptions = {},
): Promise<'manifests' | 'key' | undefined> {
  const keys = new Set(await namesIn(store, keyFolder, options))
  const wanted = new Set((await namesIn(store, manifestFolder, options)).map((name) => name.split('-')[0] ?? ''))
  if (wanted.size === 0) return 'manifests'
  return [...wanted].every((name) => keys.has(`${name}.age`)) ? undefined : 'key'
}

async function namesIn(store: Store, folder: string, options: CallOptions): Promise<string[]> {
  const names: string[] = []
  try {
    for await (const { path } of store.list({ prefix: folder, extensions: ['age'] }, options)) {
      names.push(path.slice(folder.length + 1))
    }
  } catch (error) {
    if (!isGantryError(error) || error.code !== 'not_found') throw error
  }
  return names
}
