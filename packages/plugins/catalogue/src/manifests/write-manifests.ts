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

export interface WrittenManifests {
  /** Manifests that tell of the session now. */
  readonly there: number
  /** What the store lacked of them, and of their key. */
  readonly lacked: number
}

/** Writes what is needed to make the catalogue of a session anew, beside its data; what is there already is only looked for. */
export async function writeManifests(options: WriteManifestsOptions): Promise<WrittenManifests> {
  const { catalogue, location, session, key } = options
  const { owner = '', name } = session
  const target = await catalogue.find(name, { owner, kinds: ['session'] })
  let entries: NewReceipt[] = []
  let there = 0
  let lacked = 0
  const once = async (path: string, make: () => Promise<Uint8Array>) => {
    if (await writeOnce(options, path, make)) lacked += 1
  }
  const flush = async () => {
    if (entries.length === 0) return
    // With the first manifest: a key of none opens nothing.
    if (there === 0) await once(keyPath(key), async () => key.sealed)
    const told = { version: 1, session: { owner, name } } as const
    const contents = bytesOfManifest({ ...told, entries })
    const named = bytesOfManifest({ ...told, entries: entries.map((entry) => asNamed(entry)) })
    entries = []
    await once(manifestPath(key, named), async () => await sealBytes(contents, [key.recipient], nodeCipher))
    there += 1
  }
  for await (const receipt of catalogue.receipts(target)) {
    if (receipt.location !== location || receipt.removed !== undefined || receipt.unit !== undefined) continue
    const { id: _id, location: _location, checked: _checked, ...kept } = receipt
    entries.push(kept)
    if (entries.length >= manifestEntries) await flush()
  }
  await flush()
  return { there, lacked }
}

const day = 86_400_000

/**
 * What is no news for another manifest is left out of the name: that entries were read again, and verified by that; and a
 * date that is put off by the hours since the last run, as `7y` from now is.
 */
function asNamed(entry: NewReceipt): NewReceipt {
  const { retainUntil } = entry
  return {
    ...entry,
    verified: true,
    ...(retainUntil !== undefined && { retainUntil: Math.floor(retainUntil / day) * day }),
  }
}

function bytesOfManifest(
  manifest: { readonly entries: readonly NewReceipt[] } & Omit<Manifest, 'entries'>,
): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(manifest))
}

/** What has this name tells the same. Whether it was lacking. */
async function writeOnce(
  { store, signal, retainUntil }: WriteManifestsOptions,
  path: string,
  make: () => Promise<Uint8Array>,
): Promise<boolean> {
  const options = signal === undefined ? {} : { signal }
  const found = await store.find(path, options)
  const { conditional, retain = false } = store.abilities
  if (found !== undefined) {
    const held = retain && retainUntil !== undefined ? ((await store.retainedUntil(path, options)) ?? 0) : undefined
    if (held !== undefined && retainUntil !== undefined && held < retainUntil) {
      await store.retain(path, retainUntil, options)
    }
    return false
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
    return true
  } catch (error) {
    if (isGantryError(error) && error.code === 'already_exists') return false
    if (!isGantryError(error)) throw error
    throw new GantryError(error.code, `All is stored, but its manifest is not: ${error.message}`, { cause: error })
  }
}
