import { createHash } from 'node:crypto'

import { type Bytes, type Entry, GantryError, type Store, type StoreDriver, type StoreUploads } from '@gantry/core'

import { digestOf, type Manifest } from './manifest.ts'

/**
 * A source as a manifest knows it: exactly the files that it lists, vouched for by their SHA-256, so that the runner refuses
 * every byte that is another. What is listed and not there fails when it is asked for.
 */
export function manifestView(store: Store, manifest: Manifest): StoreDriver {
  const { longestPath, longestSegment, versions, digests } = store.abilities
  const vouched = (entry: Entry): Entry => {
    const sha256 = manifest.get(entry.path)
    if (sha256 === undefined) throw new GantryError('not_found', 'The manifest does not list it.')
    return { ...entry, digests: { ...entry.digests, sha256 } }
  }
  return {
    contract: 1,
    scheme: store.scheme,
    abilities: {
      write: false,
      remove: false,
      conditional: false,
      versions,
      digests: [...new Set(['sha256' as const, ...digests])],
      // What is at the destination is compared by its bytes, and by no time.
      modified: 'stored',
      order: 'none',
      longestPath,
      longestSegment,
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
    codeOf: () => undefined,
    close: async () => await store.close(),
  }
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

/** A destination that tells the SHA-256 of what it has, by reading it: so what is there already is compared by its bytes. */
export function readingBack(store: Store): StoreDriver {
  const { abilities, uploads } = store
  const { parcels: _parcels, resumable: _resumable, sign: _sign, ...rest } = abilities
  return {
    contract: 1,
    scheme: store.scheme,
    abilities: {
      ...rest,
      retain: false,
      ...(uploads !== undefined && abilities.resumable !== undefined && { resumable: abilities.resumable }),
    },
    list: (selection, call) => store.list(selection, call),
    async stat(path, call) {
      const entry = await store.stat(path, call)
      return { ...entry, digests: { ...entry.digests, sha256: await digestOf(store, path, call) } }
    },
    read: async (ref, range, call) => await store.read(ref, range, call),
    write: async (entry, body, call) => await store.write(entry, body, call),
    remove: async (path, call) => await store.remove(path, call),
    ...(uploads !== undefined && { resumable: resumableOf(uploads) }),
    codeOf: () => undefined,
    close: async () => await store.close(),
  }
}

function resumableOf(uploads: StoreUploads): NonNullable<StoreDriver['resumable']> {
  return {
    begin: async (entry, call) => await uploads.begin(entry, call),
    putPart: async (upload, part, body, call) => await uploads.putPart(upload, part, body, call),
    async *listParts(upload, call) {
      yield* await uploads.listParts(upload, call)
    },
    complete: async (upload, entry, parts, call) => await uploads.complete(upload, entry, parts, call),
    abort: async (upload, call) => await uploads.abort(upload, call),
    ...(uploads.readsBack && {
      readBack: async (upload, { start, end = start }, call) => await uploads.readBack(upload, { start, end }, call),
    }),
    unfinished: (prefix, call) => uploads.unfinished(prefix, call),
  }
}
