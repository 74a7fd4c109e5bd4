import { bytesOf, type CallOptions, GantryError, isGantryError, type NewEntry, type Store } from '@gantry/core'

import { roomForManifests } from './room-for-manifests.ts'

export interface PutManifestOptions extends CallOptions {
  readonly store: Store
  readonly path: string
  readonly make: () => Promise<Uint8Array>
  /** Told what its bytes are to be, before they are sent. */
  readonly onMade?: ((bytes: Uint8Array) => Promise<void>) | undefined
  /** What is there is damaged: it is written anew. */
  readonly damaged: boolean
  /** As the entries that it tells of are retained. */
  readonly retainUntil: number | undefined
}

/** What has this name tells the same: `there`, if it was; `raced`, if another process has just written it. */
export async function putManifest(options: PutManifestOptions): Promise<'there' | 'written' | 'raced'> {
  const { store, path, make, onMade, damaged, retainUntil, signal } = options
  const call = signal === undefined ? {} : { signal }
  const { conditional, retain = false } = store.abilities
  if (!damaged && (await isThere(store, path, call))) {
    const held = retain && retainUntil !== undefined ? ((await store.retainedUntil(path, call)) ?? 0) : undefined
    if (held !== undefined && retainUntil !== undefined && held < retainUntil) {
      await store.retain(path, retainUntil, call)
    }
    return 'there'
  }
  const bytes = await make()
  await onMade?.(bytes)
  const entry = {
    path,
    size: bytes.length,
    contentType: 'application/octet-stream',
    ...(conditional && !damaged && { ifAbsent: true }),
    ...(retain && retainUntil !== undefined && { retainUntil }),
  }
  try {
    if (roomForManifests(store) === 'packed') {
      // By its record it is there, with these very bytes, and would not be packed again.
      if (damaged) await store.remove(path, call)
      await pack(store, entry, bytes, call)
    } else await store.write(entry, bytesOf(bytes), call)
    return 'written'
  } catch (error) {
    if (isGantryError(error) && error.code === 'already_exists') return 'raced'
    if (!isGantryError(error)) throw error
    throw new GantryError(error.code, `All is stored, but its manifest is not: ${error.message}`, { cause: error })
  }
}

async function isThere(store: Store, path: string, call: CallOptions): Promise<boolean> {
  try {
    return (await store.find(path, call)) !== undefined
  } catch (error) {
    // What packs cannot say that something is not there while a record of anything else is damaged.
    if (isGantryError(error) && error.code === 'integrity' && roomForManifests(store) === 'packed') return false
    throw error
  }
}

/** A unit of its own: nothing of what is packed already is touched. */
async function pack(store: Store, entry: NewEntry, bytes: Uint8Array, call: CallOptions): Promise<void> {
  const parcel = await store.parcels?.open({ entries: [entry], save: async () => {} }, call)
  try {
    await parcel?.add(entry, bytesOf(bytes), call)
    for (const outcome of (await parcel?.commit(call)) ?? []) if ('error' in outcome) throw outcome.error
  } catch (error) {
    // Why it failed counts for more than what is left of it.
    await parcel?.abort().catch(() => {})
    throw error
  }
}
