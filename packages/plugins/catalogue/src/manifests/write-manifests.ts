import type { CallOptions, Store } from '@gantry/core'

import type { Catalogue } from '../catalogue.ts'
import type { WritingKey } from '../keys/catalogue-key.ts'
import type { SessionName } from '../records/place-rows.ts'
import type { CatalogueReceipt } from '../records/receipt.ts'
import { packedPage, sealedPage } from './manifest-page.ts'
import { keyPath } from './manifest-path.ts'
import { bytesOfManifest, rememberManifest, replaceManifests } from './manifest-rows.ts'
import { manifestEntries } from './manifest.ts'
import { putManifest } from './put-manifest.ts'

export interface WriteManifestsOptions extends CallOptions {
  readonly catalogue: Catalogue
  readonly store: Store
  readonly location: string
  readonly session: SessionName
  /** What seals them; without one, the store packs, and seals what it packs. */
  readonly key?: WritingKey | undefined
  /** As the entries that they tell of are retained. */
  readonly retainUntil?: number | undefined
  /** What is written anew, though something is there; with it, manifests are retained as the storage retains their entries. */
  readonly damaged?: ReadonlySet<string> | undefined
}

export interface WrittenManifests {
  /** Manifests that tell of the session now. */
  readonly there: number
  /** What the store lacked of them, and of their key. */
  readonly lacked: readonly string[]
}

/** Writes what is needed to make the catalogue of a session anew, beside its data; what is there already is only looked for. */
export async function writeManifests(options: WriteManifestsOptions): Promise<WrittenManifests> {
  const { catalogue, location, session, key } = options
  const { owner = '', name } = session
  const target = await catalogue.find(name, { owner, kinds: ['session'] })
  const there = new Set<string>()
  const lacked: string[] = []
  const put = async (path: string, make: () => Promise<Uint8Array>, rest: Pick<Put, 'onMade' | 'retainUntil'>) => {
    const { store, signal, damaged } = options
    const call = signal === undefined ? {} : { signal }
    const done = await putManifest({ ...call, ...rest, store, path, make, damaged: damaged?.has(path) === true })
    if (done === 'written') lacked.push(path)
    return done
  }
  const flush = async (receipts: readonly CatalogueReceipt[]) => {
    const retainUntil = await untilOf(options, receipts)
    // With the first manifest: a key of none opens nothing.
    if (key !== undefined && there.size === 0) await put(keyPath(key), async () => key.sealed, { retainUntil })
    const of = { owner, name }
    const { path, make } = key === undefined ? packedPage(of, receipts) : sealedPage(key, of, receipts)
    const at = { location, session, path }
    // Before it is sent: a manifest that never came is missed by an audit, as it should be.
    const onMade = async (bytes: Uint8Array) => await rememberManifest(catalogue, at, bytesOfManifest(bytes))
    const done = await put(path, make, { onMade, retainUntil })
    if (done === 'there') await rememberManifest(catalogue, at)
    if (done === 'raced') await rememberManifest(catalogue, at, null)
    there.add(path)
  }
  let page: CatalogueReceipt[] = []
  for await (const receipt of catalogue.receipts(target)) {
    if (receipt.location !== location || receipt.removed !== undefined) continue
    // What was packed is told of by what packed it.
    if (key !== undefined && receipt.unit !== undefined) continue
    page.push(receipt)
    if (page.length < manifestEntries) continue
    await flush(page)
    page = []
  }
  if (page.length > 0) await flush(page)
  await replaceManifests(catalogue, { location, session }, there)
  return { there: there.size, lacked }
}

type Put = Parameters<typeof putManifest>[0]

async function untilOf(
  { store, signal, damaged, retainUntil }: WriteManifestsOptions,
  receipts: readonly CatalogueReceipt[],
): Promise<number | undefined> {
  if (damaged === undefined || store.abilities.retain !== true) return retainUntil
  const [longest] = [...receipts].sort((a, b) => (b.retainUntil ?? 0) - (a.retainUntil ?? 0))
  // The catalogue's word alone is no reason for the storage to hold anything.
  if (longest?.retainUntil === undefined) return undefined
  return await store.retainedUntil(longest.path, signal === undefined ? {} : { signal })
}
