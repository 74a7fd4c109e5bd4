import { createHash } from 'node:crypto'

import { nodeCipher, sealBytes } from '../keys/age.ts'
import type { WritingKey } from '../keys/catalogue-key.ts'
import type { SessionName } from '../records/place-rows.ts'
import type { CatalogueReceipt, NewReceipt } from '../records/receipt.ts'
import type { Manifest, PackedManifest } from './manifest.ts'
import { manifestPath, packedManifestPath } from './manifest-path.ts'

/** A manifest that is to be there: some entries of a session. */
export interface ManifestPage {
  /** The same for the same entries. */
  readonly path: string
  readonly make: () => Promise<Uint8Array>
}

/** Of entries that lie by themselves, sealed. */
export function sealedPage(
  key: WritingKey,
  session: Required<SessionName>,
  receipts: readonly CatalogueReceipt[],
): ManifestPage {
  const entries = receipts.map(({ id: _id, location: _location, checked: _checked, ...kept }) => kept)
  const bytes = (told: readonly NewReceipt[]) => bytesOf({ version: 1, session, entries: told })
  return {
    path: manifestPath(key, bytes(entries.map((entry) => ({ ...entry, verified: true, ...dayOf(entry) })))),
    make: async () => await sealBytes(bytes(entries), [key.recipient], nodeCipher),
  }
}

/** Of entries that were packed, by a store that seals what it packs. */
export function packedPage(session: Required<SessionName>, receipts: readonly CatalogueReceipt[]): ManifestPage {
  const packed = receipts.map(({ at, retainUntil, ...receipt }) => ({
    is: markOf(receipt),
    at,
    ...(retainUntil !== undefined && { retainUntil }),
  }))
  const bytes = (told: PackedManifest['packed']) => bytesOf({ version: 1, session, packed: told })
  return {
    path: packedManifestPath(bytes(packed.map((entry) => ({ ...entry, ...dayOf(entry) })))),
    make: async () => bytes(packed),
  }
}

/** Which entry it is, for who has it. */
export function markOf({ sha256, path }: Pick<NewReceipt, 'sha256' | 'path'>): string {
  return createHash('sha256').update(`${sha256}\n${path}`).digest('hex')
}

const day = 86_400_000

/**
 * What is no news for another manifest is left out of the name: that entries were read again, and verified by that; and a
 * date that is put off by the hours since the last run, as `7y` from now is.
 */
function dayOf({ retainUntil }: Pick<NewReceipt, 'retainUntil'>): Pick<NewReceipt, 'retainUntil'> {
  return retainUntil === undefined ? {} : { retainUntil: Math.floor(retainUntil / day) * day }
}

type Written = PackedManifest | (Omit<Manifest, 'entries' | 'unit'> & { readonly entries: readonly NewReceipt[] })

function bytesOf(manifest: Written): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(manifest))
}
