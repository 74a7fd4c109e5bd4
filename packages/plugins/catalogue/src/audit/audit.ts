import { type GantryError, type Hashing, isGantryError, type Store } from '@gantry/core'
import { sideBySide } from '@gantry/transfer/side-by-side'

import type { Catalogue } from '../catalogue.ts'
import type { CatalogueReceipt } from '../records/receipt.ts'
import type { AuditResult, Finding, Proof } from './finding.ts'
import { look, type Looked, type Prove } from './look.ts'
import { type AuditSelection, sampleReceipts } from './sample.ts'

export interface AuditOptions {
  readonly catalogue: Catalogue
  readonly selection?: AuditSelection
  /** Opens a location; closed at the end. */
  readonly open: (location: string) => Promise<Store>
  readonly hashing: Hashing
  readonly signal: AbortSignal
  /** Read all bytes: proves that everything could be restored, and writes nothing anywhere, the catalogue included. */
  readonly drill?: boolean
  readonly onFinding?: (finding: Finding) => void
  /** A place wants a login or a passphrase: told once, and nothing that lies there is looked at. */
  readonly onClosed?: (location: string, error: GantryError) => void
  /** Entries at a time; default: 8. */
  readonly atOnce?: number
  /** Default: `Math.random`. */
  readonly random?: () => number
  readonly prove?: Prove
}

/** Looks at what is archived, all of it or a sample, and tells what is not as the catalogue says. */
export async function audit(options: AuditOptions): Promise<AuditResult> {
  const { catalogue, selection = {}, signal, random = Math.random, atOnce = 8, drill = false } = options
  const stores = new Stores(options.open)
  const proofs: Record<Proof, number> = { stat: 0, range: 0, bytes: 0, proof: 0 }
  const total = { audited: 0, bytes: 0, read: 0, findings: 0, closed: 0 }
  const closed = new Set<string>()
  let good: CatalogueReceipt[] = []
  try {
    await sideBySide(
      sampleReceipts(catalogue, selection, random),
      atOnce,
      async (receipt) => {
        const looked = closed.has(receipt.location) ? undefined : await lookAt(receipt, options, stores, random)
        if (looked === undefined || isGantryError(looked)) {
          total.closed += 1
          if (looked !== undefined && !closed.has(receipt.location)) options.onClosed?.(receipt.location, looked)
          closed.add(receipt.location)
          return
        }
        total.audited += 1
        total.bytes += receipt.bytes
        total.read += looked.read
        proofs[looked.proof] += 1
        for (const kind of looked.kinds) {
          total.findings += 1
          options.onFinding?.(findingOf(receipt, kind, looked))
        }
        if (looked.kinds.length > 0 || drill) return
        good.push(receipt)
        if (good.length < 500) return
        const seen = good
        good = []
        await catalogue.markChecked(seen)
      },
      { signal },
    )
    await catalogue.markChecked(good)
  } finally {
    await stores.close()
  }
  return { ...total, proofs }
}

/** What was seen; the error of a place that does not know who asks. */
async function lookAt(
  receipt: CatalogueReceipt,
  { catalogue, selection = {}, hashing, signal, drill = false, prove }: AuditOptions,
  stores: Stores,
  random: () => number,
): Promise<Looked | GantryError> {
  try {
    const store = await stores.at(receipt.location)
    const all = selection.sample === undefined && selection.percent === undefined
    const about = { store, hashing, signal, now: catalogue.now(), drill, random, all }
    return await look(receipt, { ...about, ...(prove !== undefined && { prove }) })
  } catch (error) {
    // A location that cannot be opened: all that lies there is unreadable.
    if (!isGantryError(error) || error.code === 'cancelled') throw error
    if (error.code === 'unauthenticated') return error
    return { proof: 'stat', read: 0, kinds: ['unreadable'], code: error.code }
  }
}

function findingOf(receipt: CatalogueReceipt, kind: Finding['kind'], { code }: Looked): Finding {
  const { location, path, sha256, bytes, at, retainUntil } = receipt
  return {
    kind,
    location,
    path,
    sha256,
    bytes,
    at,
    ...(retainUntil !== undefined && { retainUntil }),
    ...(kind === 'unreadable' && code !== undefined && { code }),
  }
}

/** Locations that are open. */
class Stores {
  readonly #open: AuditOptions['open']
  readonly #opened = new Map<string, Promise<Store>>()

  constructor(open: AuditOptions['open']) {
    this.#open = open
  }

  async at(location: string): Promise<Store> {
    const known = this.#opened.get(location)
    if (known !== undefined) return await known
    const opening = this.#open(location)
    this.#opened.set(location, opening)
    return await opening
  }

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#opened.values())
    for (const one of opened) if (one.status === 'fulfilled') await one.value.close()
  }
}
