import { type AgeKey, type Cipher, nonceSize, openBytes, parseHeader } from '@gantry/age'
import { type CallOptions, collect, GantryError, type Store, tap } from '@gantry/core'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'

import { equalBytes } from './equal-bytes.ts'
import { nonceBytes } from './nonce-text.ts'
import type { SealedObject } from './opened-store.ts'

/** What is known of the plaintext beforehand: all that is given is checked. */
export type ObjectToOpen = Pick<SealedObject, 'path'> & Partial<Pick<SealedObject, 'size' | 'digests' | 'nonce'>>

export interface OpenObjectOptions extends CallOptions {
  readonly cipher: Cipher
  /** Longest object that is read, in bytes; default: 65 MiB. */
  readonly limit?: number | undefined
  readonly onProgress?: ((progress: { readonly done: number; readonly total: number }) => void) | undefined
}

/** The plaintext of one encrypted object, in memory: share metadata, or any small age file. */
export async function openObject(
  objects: Store,
  object: ObjectToOpen,
  key: AgeKey,
  options: OpenObjectOptions,
): Promise<Uint8Array> {
  const { path, size, digests, nonce } = object
  const { cipher, limit = 65 * 1024 * 1024, onProgress, ...call } = options
  const { entry, body } = await objects.read(path, undefined, call)
  let done = 0
  const told = tap(body, ({ length }) => {
    done += length
    onProgress?.({ done, total: Math.max(done, entry.size ?? 0) })
  })
  const file = await collect(told, limit)
  const plaintext = await openBytes(file, key, cipher)
  const { length } = parseHeader(file)
  const agrees =
    (size === undefined || size === plaintext.length) &&
    (nonce === undefined || equalBytes(nonceBytes(nonce), file.subarray(length, length + nonceSize))) &&
    (digests === undefined || digests.sha256 === bytesToHex(sha256(plaintext)))
  if (!agrees) throw new GantryError('integrity', 'The object is not the one that the share names.', { path })
  return plaintext
}
