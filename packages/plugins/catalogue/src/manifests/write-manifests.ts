import { bytesOf, type CallOptions, GantryError, isGantryError, type Store } from '@gantry/core'

import type { Catalogue } from '../catalogue.ts'
import type { SessionName } from '../records/place-rows.ts'
import { nodeCipher, sealBytes } from '../keys/age.ts'
import type { WritingKey } from '../keys/catalogue-key.ts'
import type { NewReceipt } from '../records/receipt.ts'
import { keyPath, manifestPath } from './manifest-path.ts'
import { type Manifest, manifestEntries } from './manifest.ts'

export interface WriteManifestsOptions extends CallOptions {
  readonly catalogue: Catalogue
  readonly store: Store
  readonly location: string
  readonly session: SessionName
  readonly key: WritingKey
  /** As the entries that they tell of are retained. */
  readonly retainUntil?: number
}

/** Writes what is needed to make the catalogue of a session anew, beside its data; says how many manifests there are. */
export async function writeManifests(options: WriteManifestsOptions): Promise<number> {
  const { catalogue, location, session, key } = options
  const { owner = '', name } = session
  const target = await catalogue.find(name, { owner, kinds: ['session'] })
  await writeOnce(options, keyPath(key), async () => key.sealed)
  let entries: NewReceipt[] = []
  let written = 0
  const flush = async () => {
    if (entries.length === 0) return
    const manifest = { version: 1, session: { owner, name }, entries } as unknown as Manifest
    entries = []
    const contents = new TextEncoder().encode(JSON.stringify(manifest))
    const seal = async () => await sealBytes(contents, [key.recipient], nodeCipher)
    await writeOnce(options, manifestPath(key, contents), seal)
    written += 1
  }
  for await (const receipt of catalogue.receipts(target)) {
    if (receipt.location !== location || receipt.removed !== undefined || receipt.unit !== undefined) continue
    const { id: _id, location: _location, checked: _checked, ...kept } = receipt
    entries.push(kept)
    if (entries.length >= manifestEntries) await flush()
  }
  await flush()
  return written
}

/** What has this name has these contents. */
async function writeOnce(
  { store, signal, retainUntil }: WriteManifestsOptions,
  path: string,
  make: () => Promise<Uint8Array>,
): Promise<void> {
  const options = signal === undefined ? {} : { signal }
  const found = await store.find(path, options)
  const { conditional, retain = false } = store.abilities
  if (found !== undefined) {
    const held = retain && retainUntil !== undefined ? ((await store.retainedUntil(path, options)) ?? 0) : undefined
    if (held !== undefined && retainUntil !== undefined && held < retainUntil) {
      await store.retain(path, retainUntil, options)
    }
    return
  }
  const bytes = await make()
  const entry = {
    path,
    size: bytes.length,
    contentType: 'application/octet-stream',
    ...(conditional && { ifAbsent: true }),
    ...(retain && retainUntil !== undefined && { retainUntil }),
  }
  try {
    await store.write(entry, bytesOf(bytes), options)
  } catch (error) {
    if (isGantryError(error) && error.code === 'already_exists') return
    if (!isGantryError(error)) throw error
    throw new GantryError(error.code, `All is stored, but its manifest is not: ${error.message}`, { cause: error })
  }
}
