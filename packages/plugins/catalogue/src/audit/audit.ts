import { type GantryError, type Hashing, isGantryError, type Store } from '@gantry/core'
import { checkGiven } from '@gantry/core/driver'
import { sideBySide } from '@gantry/core/side-by-side'

import type { Catalogue } from '../catalogue.ts'
import type { ManifestFinding } from '../manifests/look-at-manifests.ts'
import type { CatalogueReceipt } from '../records/receipt.ts'
import { auditManifests } from './audit-manifests.ts'
import type { AuditResult, Finding, Proof } from './finding.ts'
import { look, type Looked, type Prove } from './look.ts'
import { type AuditSelection, sampleReceipts } from './sample.ts'
import { Stores } from './stores.ts'

export interface AuditOptions {
  readonly catalogue: Catalogue
  readonly selection?: AuditSelection | undefined
  /** Opens a location; closed at the end. */
  readonly open: (location: string) => Promise<Store>
  readonly hashing: Hashing
  readonly signal: AbortSignal
  /** Read all bytes: proves that everything could be restored, and writes nothing anywhere, the catalogue included. */
  readonly drill?: boolean | undefined
  readonly onFinding?: ((finding: Finding) => void) | undefined
  readonly onManifestFinding?: ((finding: ManifestFinding) => void) | undefined
  /** Told, when all is looked at, of places without any manifests: no finding, because one may do without. */
  readonly onWithoutManifests?: ((location: string) => void) | undefined
  /** Opens manifests of which the catalogue does not remember the bytes. */
  readonly passphrase?: string | undefined
  /** A place wants a login or a passphrase: told once, and nothing that lies there is looked at. */
  readonly onClosed?: ((location: string, error: GantryError) => void) | undefined
  /** Entries at a time; default: 8. */
  readonly atOnce?: number | undefined
  /** Default: `Math.random`. */
  readonly random?: (() => number) | undefined
  readonly prove?: Prove | undefined
}

/**
 * Looks at what is archived, all of it or a sample, and tells what is not as the catalogue says; so with the manifests, unless
 * something other than a session was named.
 */
export async function audit(options: AuditOptions): Promise<AuditResult> {
  checkGiven(options, 'audit', {
    catalogue: 'object',
    open: 'function',
    hashing: 'function',
    signal: 'object',
    selection: 'object?',
  })
  const { catalogue, selection = {}, signal, random = Math.random, atOnce = 8, drill = false } = options
  const stores = new Stores(options)
  const proofs: Record<Proof, number> = { stat: 0, range: 0, bytes: 0, proof: 0 }
  const total = { audited: 0, bytes: 0, read: 0, findings: 0, closed: 0 }
  let good: CatalogueReceipt[] = []
  try {
    await sideBySide(
      sampleReceipts(catalogue, selection, random),
      atOnce,
      async (receipt) => {
        const looked = stores.isClosed(receipt.location) ? undefined : await lookAt(receipt, options, stores, random)
        if (looked === undefined || isGantryError(looked)) {
          total.closed += 1
          if (looked !== undefined) stores.shut(receipt.location, looked)
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
    const { findings, closed, read, ...manifests } = await auditManifests(options, stores, random)
    total.findings += findings
    total.closed += closed
    total.read += read
    return { ...total, ...manifests, proofs }
  } finally {
    await stores.end()
  }
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
