import { type CallOptions, collect, GantryError, isGantryError, type Store } from '@gantry/core'

import { nodeCipher, openBytes } from '../keys/age.ts'
import { type ReadingKey, unlockKey, type WritingKey } from '../keys/catalogue-key.ts'
import { longestManifest, manifestSchema, parseManifest } from './manifest.ts'
import type { ManifestSource } from './manifest-source.ts'
import { keyFolder, keyNameOf, manifestFolder } from './manifest-path.ts'

/**
 * Manifests beside the entries of a store, which the passphrase opens. `not_found` where there is no key at all,
 * `permission_denied` where the passphrase opens none, `integrity` where those that it might open are damaged.
 */
export async function storeManifests(
  store: Store,
  passphrase: string,
  options: CallOptions = {},
): Promise<ManifestSource> {
  const { keys, damaged } = await unlockAll(store, passphrase, options)
  return {
    keys,
    async *list(call) {
      for await (const { path } of store.list({ prefix: manifestFolder }, call)) yield path
    },
    async read(name, call) {
      const wanted = keyNameOf(name)
      if (wanted !== undefined && damaged.has(wanted)) {
        throw new GantryError('integrity', 'The key of this manifest is damaged.', { path: name })
      }
      const key = keys.find(({ name: known }) => known === wanted)
      if (key === undefined) throw new GantryError('permission_denied', 'Another key opens this manifest.')
      const sealed = await manifestBytes(store, name, call)
      return parseManifest(await openBytes(sealed, { identity: key.identity }, nodeCipher), manifestSchema)
    },
  }
}

/** A manifest, or a key, as it lies there. */
export async function manifestBytes(store: Store, path: string, options: CallOptions): Promise<Uint8Array> {
  const { body } = await store.read(path, undefined, options)
  return await collect(body, longestManifest)
}

async function unlockAll(store: Store, passphrase: string, options: CallOptions) {
  const keys: (ReadingKey & WritingKey)[] = []
  const damaged = new Set<string>()
  let refused = 0
  for await (const { path } of store.list({ prefix: keyFolder, extensions: ['age'] }, options)) {
    try {
      keys.push(await unlockKey(await manifestBytes(store, path, options), passphrase))
    } catch (error) {
      // One of another passphrase, or a damaged one, must not keep the others from being used.
      if (!isGantryError(error) || !['permission_denied', 'integrity', 'invalid'].includes(error.code)) throw error
      if (error.code === 'permission_denied') refused += 1
      else damaged.add(path.slice(keyFolder.length + 1, -'.age'.length))
    }
  }
  if (keys.length > 0) return { keys, damaged }
  if (refused > 0) throw new GantryError('permission_denied', 'The passphrase opens no key of this archive.')
  if (damaged.size === 0) throw new GantryError('not_found', 'There are no manifests of an archive here.')
  throw new GantryError(
    'integrity',
    'The key to the manifests is damaged. Bring it back from a copy of .gantry/keys; where the catalogue is still there, gantry audit --repair writes it again.',
  )
}
