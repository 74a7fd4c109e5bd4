import { type GantryError, isGantryError, type Store } from '@gantry/core'
import { sideBySide } from '@gantry/core/side-by-side'

import type { Catalogue } from '../catalogue.ts'
import { hexOf } from '../database/hex.ts'
import { nodeCipher, openBytes } from '../keys/age.ts'
import { type ReadingKey, unlockKey, type WritingKey } from '../keys/catalogue-key.ts'
import { allKeys } from '../keys/key-rows.ts'
import type { SessionName } from '../records/place-rows.ts'
import { isPackedManifest, keyNameOf, keyPath, manifestFolder } from './manifest-path.ts'
import { bytesOfManifest, type KnownManifest, manifestsAt, rememberManifest } from './manifest-rows.ts'
import { manifestSchema, packedManifestSchema, parseManifest } from './manifest.ts'
import { roomForManifests } from './room-for-manifests.ts'
import { manifestBytes } from './store-manifests.ts'

/** What an audit may find wrong with the manifests of a place, and with the keys to them. */
export const manifestFindingKinds = [
  'manifest-missing',
  'manifest-damaged',
  'manifest-unreadable',
  'key-missing',
  'key-damaged',
  'key-unreadable',
] as const

/** A manifest, or a key, that would not help who has lost the catalogue. */
export interface ManifestFinding {
  readonly kind: (typeof manifestFindingKinds)[number]
  readonly location: string
  /** Tells nobody anything. */
  readonly path: string
  readonly session?: SessionName
  /** Why it is unreadable. */
  readonly code?: string
}

export interface LookAtManifestsOptions {
  readonly catalogue: Catalogue
  readonly store: Store
  readonly location: string
  readonly signal: AbortSignal
  /** Only those of this session. */
  readonly session?: SessionName | undefined
  /** Everything is looked at: what packs them is to prove all that it keeps with them, too. */
  readonly all: boolean
  /** Which of so many are read, by their places; of the others, presence and length are looked at. */
  readonly choose: (count: number) => ReadonlySet<number>
  /** Opens those of which the catalogue does not know the bytes; by the name of their key. */
  readonly unlock: (key: WritingKey) => Promise<ReadingKey | undefined>
  /** What was opened is not remembered. */
  readonly drill: boolean
  readonly onFinding: (finding: ManifestFinding) => void
}

export interface LookedAtManifests {
  /** Manifests that are there, or should be. */
  readonly looked: number
  /** Manifests that only the passphrase could tell anything of. */
  readonly unopened: number
  /** Bytes that were read. */
  readonly read: number
}

/** Manifests that are read at a time: each is in memory as a whole. */
const atOnce = 8

/** Looks whether the manifests of a place, and the keys to them, are as they were written. */
export async function lookAtManifests(options: LookAtManifestsOptions): Promise<LookedAtManifests> {
  const { catalogue, store, location, signal, session, choose } = options
  const keys = await allKeys(catalogue)
  const known = await manifestsAt(catalogue, location)
  const there = await sizesIn(store, signal)
  const looking = new Looking(options, keys)
  const wanted = wantedOf(known, [...there.keys()].filter(isOurs(store, keys)), session)
  const chosen = choose(wanted.length)
  const look = async ([place, manifest]: readonly [number, KnownManifest]) => {
    const { path, told } = manifest
    const size = there.get(path)
    if (!there.has(path)) looking.tell('manifest-missing', manifest)
    else if (told !== undefined && size !== undefined && size !== told.bytes) looking.tell('manifest-damaged', manifest)
    else if (chosen.has(place)) await looking.read(manifest)
  }
  await sideBySide(wanted.entries(), atOnce, look, { signal })
  const names = new Set(wanted.flatMap(({ path }) => keyNameOf(path) ?? []))
  for (const name of names) await looking.key(name)
  return { looked: wanted.length, unopened: looking.unopened, read: looking.bytes }
}

/** Those that are to be there, and those that are there and of which the catalogue knows nothing yet. */
function wantedOf(
  known: ReadonlyMap<string, KnownManifest>,
  there: readonly string[],
  session: SessionName | undefined,
): KnownManifest[] {
  const { owner = '', name } = session ?? {}
  const current = [...known.values()].filter(
    (one) => !one.replaced && (session === undefined || (one.session?.owner === owner && one.session.name === name)),
  )
  if (session !== undefined) return current
  const strange = there.filter((path) => !known.has(path))
  return [...current, ...strange.map((path) => ({ path, session: undefined, told: undefined, replaced: false }))]
}

/** Other catalogues may archive to the same place. */
function isOurs(store: Store, keys: ReadonlyMap<string, WritingKey>): (path: string) => boolean {
  if (roomForManifests(store) === 'packed') return isPackedManifest
  return (path) => keys.has(keyNameOf(path) ?? '')
}

async function sizesIn(store: Store, signal: AbortSignal): Promise<Map<string, number | undefined>> {
  const sizes = new Map<string, number | undefined>()
  try {
    for await (const { path, size } of store.list({ prefix: manifestFolder }, { signal, onRefused: () => {} })) {
      sizes.set(path, size)
    }
  } catch (error) {
    if (!isGantryError(error) || error.code !== 'not_found') throw error
  }
  return sizes
}

/** Errors that are of the place, and not of a manifest. */
const ofThePlace: ReadonlySet<string> = new Set(['cancelled', 'unauthenticated'])

class Looking {
  readonly #options: LookAtManifestsOptions
  readonly #keys: ReadonlyMap<string, WritingKey>
  unopened = 0
  bytes = 0

  constructor(options: LookAtManifestsOptions, keys: ReadonlyMap<string, WritingKey>) {
    this.#options = options
    this.#keys = keys
  }

  tell(kind: ManifestFinding['kind'], { path, session }: Pick<KnownManifest, 'path' | 'session'>, code?: string): void {
    const { location, onFinding } = this.#options
    onFinding({ kind, location, path, ...(session !== undefined && { session }), ...(code !== undefined && { code }) })
  }

  async read(manifest: KnownManifest): Promise<void> {
    const bytes = await this.#bytesAt('manifest', manifest)
    if (bytes === undefined) return
    const { told } = manifest
    if (told === undefined) return await this.#open(manifest, bytes)
    if (hexOf(bytesOfManifest(bytes).sha256) !== told.sha256) this.tell('manifest-damaged', manifest)
  }

  /** The catalogue has the very bytes of its keys. */
  async key(name: string): Promise<void> {
    const key = this.#keys.get(name)
    if (key === undefined) return
    const about = { path: keyPath(key), session: undefined }
    const bytes = await this.#bytesAt('key', about)
    if (bytes !== undefined && hexOf(bytes) !== hexOf(key.sealed)) this.tell('key-damaged', about)
  }

  async #bytesAt(
    what: 'manifest' | 'key',
    about: Pick<KnownManifest, 'path' | 'session'>,
  ): Promise<Uint8Array | undefined> {
    const { store, all, signal } = this.#options
    try {
      const bytes = await manifestBytes(store, about.path, { signal })
      this.bytes += bytes.length
      const proven = await store.prove(about.path, { all, signal })
      if (proven === undefined || proven === 'held') return bytes
      this.tell(`${what}-damaged`, about)
    } catch (error) {
      if (!isGantryError(error) || ofThePlace.has(error.code)) throw error
      if (error.code === 'not_found') this.tell(`${what}-missing`, about)
      else if (error.code === 'integrity') this.tell(`${what}-damaged`, about)
      else this.tell(`${what}-unreadable`, about, error.code)
    }
    return undefined
  }

  /** Of one whose bytes nobody remembers: whether it is a manifest at all, and of which session. */
  async #open(manifest: KnownManifest, bytes: Uint8Array): Promise<void> {
    const { catalogue, location, drill } = this.#options
    let session: SessionName
    try {
      const opened = await this.#sessionIn(manifest.path, bytes)
      if (opened === undefined) {
        this.unopened += 1
        return
      }
      session = opened
    } catch (error) {
      if (!isGantryError(error)) throw error
      return this.tell('manifest-damaged', manifest)
    }
    const { owner = '', name } = session
    const of = manifest.session
    if (of !== undefined && (of.owner !== owner || of.name !== name)) return this.tell('manifest-damaged', manifest)
    const [isKnown] = await catalogue.sessions({ owner, name, limit: 1 })
    // Another catalogue with this key may have written it.
    if (isKnown === undefined || drill) return
    await rememberManifest(catalogue, { location, session, path: manifest.path }, bytesOfManifest(bytes))
  }

  /** `undefined` where there is nothing to open it with. */
  async #sessionIn(path: string, bytes: Uint8Array): Promise<SessionName | undefined> {
    if (isPackedManifest(path)) return parseManifest(bytes, packedManifestSchema).session
    const key = this.#keys.get(keyNameOf(path) ?? '')
    const opening = key === undefined ? undefined : await this.#options.unlock(key)
    if (opening === undefined) return undefined
    const opened = await openBytes(bytes, { identity: opening.identity }, nodeCipher)
    return parseManifest(opened, manifestSchema).session
  }
}

/** Opens keys with a passphrase, each once; what it does not open, nothing does. */
export function unlocker(passphrase: string | undefined): LookAtManifestsOptions['unlock'] {
  const opened = new Map<string, Promise<ReadingKey | undefined>>()
  return async (key) => {
    if (passphrase === undefined) return undefined
    const opening = opened.get(key.name) ?? unlockKey(key.sealed, passphrase).catch(undefinedIfDenied)
    opened.set(key.name, opening)
    return await opening
  }
}

function undefinedIfDenied(error: GantryError): undefined {
  if (error.code === 'permission_denied') return undefined
  throw error
}
