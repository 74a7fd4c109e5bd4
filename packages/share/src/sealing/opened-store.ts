import { type Cipher, identityBytes } from '@gantry/age'
import type { Digests, ImageIdentity, Store } from '@gantry/core'
import { checkPath, GantryError, type StoreDriver } from '@gantry/core/driver'

import { OpenedEntry } from './opened-entry.ts'
import { ReadOnlyDriver, readOnly } from './read-only-driver.ts'
import { SourceOpener } from './source-opener.ts'

/** One object and the plaintext that it holds, as metadata vouches for it. */
export interface SealedObject {
  /** Of the object in the ciphertext store. */
  readonly path: string
  /** Of the plaintext, in bytes. */
  readonly size: number
  /** Of the plaintext. */
  readonly digests: Digests & { readonly sha256: string }
  /** Path of the plaintext in the opened view; default: the object's. */
  readonly name?: string | undefined
  readonly type?: string | undefined
  readonly image?: ImageIdentity | undefined
  /** Base64 of the 16 bytes that its payload begins with; without it, objects of one source can be swapped. */
  readonly nonce?: string | undefined
}

/** Objects that one identity opens; a workspace's encrypted source is one. */
export interface SealedSource {
  readonly entries: readonly SealedObject[]
  readonly encryption: { readonly format: string; readonly identity: string }
  /** Folder in the opened view. */
  readonly folder?: string | undefined
}

export const encryptionFormat = 'age-encryption.org/v1'

/**
 * Encrypted objects as the plaintext entries that they hold: a read-only view that reads and decrypts only the 64 KiB
 * chunks that are asked for. Nothing comes out that was not authenticated; what was changed, cut off or swapped is
 * `integrity`. The version of an entry is its digest. Closing it leaves `objects` open: several views may share one.
 */
export function openedStore(objects: Store, sources: readonly SealedSource[], cipher: Cipher): StoreDriver {
  const entries = sources.flatMap(({ entries: sealed, encryption, folder }) => {
    if (encryption.format !== encryptionFormat) {
      throw new GantryError('unsupported', `The source is not encrypted in the format ${encryptionFormat}.`)
    }
    identityBytes(encryption.identity)
    const opener = new SourceOpener(encryption.identity, cipher)
    return sealed.map((object) => new OpenedEntry(objects, opener, object, nameOf(object, folder)))
  })
  return new ReadOnlyDriver('opened', readOnly({ versions: true, digests: ['sha256'] }), entries)
}

/** Names come with the share: they must not lead out of the folder that it is restored to. */
function nameOf({ path, name = path }: SealedObject, folder: string | undefined): string {
  return checkPath(folder === undefined ? name : `${checkPath(folder)}/${checkPath(name)}`)
}
