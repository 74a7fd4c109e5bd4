import { createHash } from 'node:crypto'

import { type Bytes, type Entry, GantryError, type Store, type StoreDriver } from '@gantry/core'
import { viewOf } from '@gantry/transfer'

import type { Manifest } from './manifest.ts'

/**
 * A source as a manifest knows it: exactly the files that it lists, vouched for by their SHA-256, so that the runner refuses
 * every byte that is another. What is listed and not there fails when it is asked for.
 */
export function manifestView(store: Store, manifest: Manifest): StoreDriver {
  const vouched = (entry: Entry): Entry => {
    const sha256 = manifest.get(entry.path)
    if (sha256 === undefined) throw new GantryError('not_found', 'The manifest does not list it.')
    return { ...entry, digests: { ...entry.digests, sha256 } }
  }
  return viewOf(store, {
    abilities: {
      digests: [...new Set(['sha256' as const, ...store.abilities.digests])],
      // What is at the destination is compared by its bytes, and by no time.
      modified: 'stored',
      order: 'none',
    },
    async *list(selection, call) {
      const missing = new Map(manifest)
      for await (const entry of store.list(selection, call)) {
        if (missing.delete(entry.path)) yield vouched(entry)
      }
      for (const path of missing.keys()) yield { path }
    },
    stat: async (path, call) => vouched(await store.stat(path, call)),
    async read(ref, range, call) {
      const { entry, body } = await store.read(ref, range, call)
      // Also where it is read only to be compared.
      const isWhole = range === undefined
      return { entry: vouched(entry), body: isWhole ? checked(body, manifest.get(ref.path)) : body }
    },
  })
}

async function* checked(body: Bytes, sha256: string | undefined): AsyncGenerator<Uint8Array, void, undefined> {
  const hash = createHash('sha256')
  for await (const chunk of body) {
    hash.update(chunk)
    yield chunk
  }
  if (hash.digest('hex') === sha256) return
  throw new GantryError('integrity', 'It is not the file that the manifest lists: its SHA-256 is another.', {
    retryable: false,
  })
}
