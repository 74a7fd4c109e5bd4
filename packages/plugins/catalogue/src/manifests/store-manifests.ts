import { type CallOptions, collect, GantryError, isGantryError, type Store } from '@gantry/core'

import { nodeCipher, openBytes } from '../keys/age.ts'
import { type ReadingKey, unlockKey } from '../keys/catalogue-key.ts'
import { longestManifest, parseManifest } from './manifest.ts'
import type { ManifestSource } from './manifest-source.ts'
import { keyFolder, manifestFolder } from './manifest-path.ts'

/**
 * Manifests beside the entries of a store, which the passphrase opens. `not_found` where there is no key at all,
 * `permission_denied` where the passphrase opens none.
 */
export async function storeManifests(
  store: Store,
  passphrase: string,
  options: CallOptions = {},
): Promise<ManifestSource> {
  const keys = await unlockAll(store, passphrase, options)
  return {
    async *list(call) {
      for await (const { path } of store.list({ prefix: manifestFolder }, call)) yield path
    },
    async read(name, call) {
      const [, wanted] = /^[^/]*\/[^/]*\/([0-9a-f]{16})-[0-9a-f]+\.json\.age$/u.exec(name) ?? []
      const key = keys.find(({ name: known }) => known === wanted)
      if (key === undefined) throw new GantryError('permission_denied', 'Another key opens this manifest.')
      const sealed = await bytesAt(store, name, call)
      return parseManifest(await openBytes(sealed, { identity: key.identity }, nodeCipher))
    },
  }
}

async function unlockAll(store: Store, passphrase: string, options: CallOptions): Promise<ReadingKey[]> {
  const keys: ReadingKey[] = []
  let seen = 0
  for await (const { path } of store.list({ prefix: keyFolder, extensions: ['age'] }, options)) {
    seen += 1
    try {
      keys.push(await unlockKey(await bytesAt(store, path, options), passphrase))
    } catch (error) {
      // One of another passphrase, or a damaged one, must not keep the others from being used.
      if (!isGantryError(error) || !['permission_denied', 'integrity', 'invalid'].includes(error.code)) throw error
    }
  }
  if (seen === 0) throw new GantryError('not_found', 'There are no manifests of an archive here.')
  if (keys.length === 0) throw new GantryError('permission_denied', 'The passphrase opens no key of this archive.')
  return keys
}

async function bytesAt(store: Store, path: string, options: CallOptions): Promise<Uint8Array> {
  const { body } = await store.read(path, undefined, options)
  return await collect(body, longestManifest)
}
