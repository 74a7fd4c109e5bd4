import { compareDigests, type Entry, type Hashing, isGantryError, type Proven, type Store } from '@gantry/core'

import type { CatalogueReceipt } from '../records/receipt.ts'
import { sha256At } from '../sha256-at.ts'
import type { Finding, Proof } from './finding.ts'

/** A proof that the bytes are there; default: that of the store, where it has the ability `proof`. */
export type Prove = (
  store: Store,
  receipt: CatalogueReceipt,
  call: { readonly signal: AbortSignal; readonly all: boolean },
) => Promise<Proven | 'unknown'>

const proveByStore: Prove = async (store, { path }, call) => (await store.prove(path, call)) ?? 'unknown'

export interface LookOptions {
  readonly store: Store
  readonly hashing: Hashing
  readonly signal: AbortSignal
  readonly now: number
  /** Read all bytes, whatever the storage says. */
  readonly drill: boolean
  readonly random: () => number
  /** Everything is looked at: proofs are of all that is kept with an entry, too. */
  readonly all: boolean
  readonly prove?: Prove | undefined
}

export interface Looked {
  readonly proof: Proof
  readonly read: number
  readonly kinds: readonly Finding['kind'][]
  readonly code?: string
}

/** Bytes that are read to see that an entry can be read. */
const probe = 65_536

/** Looks whether an entry is what its receipt says. Writes nothing. */
export async function look(receipt: CatalogueReceipt, options: LookOptions): Promise<Looked> {
  const { store, now, signal } = options
  // What lies there now, if anything, is of another receipt.
  if (receipt.removed !== undefined) return { proof: 'stat', read: 0, kinds: ['removed'] }
  const dated: Finding['kind'][] = []
  let entry: Entry | undefined
  try {
    entry = await store.stat(receipt.path, { signal })
    if (receipt.retainUntil !== undefined && receipt.retainUntil <= now) dated.push('expired')
    else if (await isLoose(receipt, options)) dated.push('not-retained')
    if (receipt.tier !== undefined && entry.tier !== undefined && entry.tier !== receipt.tier) dated.push('elsewhere')
    const { same, damaged = false, ...seen } = await compare(receipt, entry, options)
    return { ...seen, kinds: same ? [...(damaged ? (['damaged'] as const) : []), ...dated] : ['corrupt', ...dated] }
  } catch (error) {
    if (!isGantryError(error) || error.code === 'cancelled' || error.code === 'unauthenticated') throw error
    // Before an entry is known, no bytes of it were looked at: what is damaged is what the place knows it by.
    const bytes = entry !== undefined && error.code === 'integrity'
    const kind = error.code === 'not_found' ? 'missing' : bytes ? 'corrupt' : 'unreadable'
    return { proof: 'stat', read: 0, kinds: [kind, ...dated], code: error.code }
  }
}

/** The date has not come, and the storage would not hold it. */
async function isLoose({ path, retainUntil }: CatalogueReceipt, { store, signal }: LookOptions): Promise<boolean> {
  if (retainUntil === undefined || store.abilities.retain !== true) return false
  const until = await store.retainedUntil(path, { signal })
  // Storages keep whole seconds.
  return until === undefined || until < retainUntil - 1000
}

interface Compared extends Pick<Looked, 'proof' | 'read'> {
  readonly same: boolean
  readonly damaged?: boolean
}

async function compare(receipt: CatalogueReceipt, entry: Entry, options: LookOptions): Promise<Compared> {
  const { store, drill, all, prove = proveByStore, signal } = options
  if (entry.size !== undefined && entry.size !== receipt.bytes) return { proof: 'stat', read: 0, same: false }
  const frozen = store.abilities.tier?.frozen?.includes(entry.tier ?? '') === true
  if (drill && !frozen) return await readAll(receipt, options)
  const told = compareDigests(entry.digests, { ...receipt.told, sha256: receipt.sha256 })
  if (told === 'different') return { proof: 'stat', read: 0, same: false }
  const proven = await prove(store, receipt, { signal, all })
  if (proven !== 'unknown') return { proof: 'proof', read: 0, same: proven !== 'lost', damaged: proven === 'damaged' }
  if (told !== 'unknown') return { proof: 'stat', read: 0, same: told === 'same' }
  // Written anew since: whether with the same bytes, only reading tells.
  const rewritten = receipt.version === undefined || entry.version !== receipt.version
  if (frozen && !rewritten) return { proof: 'stat', read: 0, same: true }
  // Where a piece is all of it, what was read anyway is compared.
  return rewritten || receipt.bytes <= probe ? await readAll(receipt, options) : await readSome(receipt, options)
}

async function readAll(
  { path, sha256, bytes }: CatalogueReceipt,
  { store, hashing, signal }: LookOptions,
): Promise<Compared> {
  const found = await sha256At(store, path, { hashing, signal })
  return { proof: 'bytes', read: found.bytes, same: found.sha256 === sha256 && found.bytes === bytes }
}

/** Some bytes, anywhere: that they come at all. */
async function readSome({ path, bytes }: CatalogueReceipt, { store, random, signal }: LookOptions): Promise<Compared> {
  const start = Math.floor(random() * Math.max(0, bytes - probe))
  const { body } = await store.read(path, { start, end: Math.min(bytes, start + probe) }, { signal })
  let read = 0
  for await (const chunk of body) read += chunk.length
  return { proof: 'range', read, same: true }
}
