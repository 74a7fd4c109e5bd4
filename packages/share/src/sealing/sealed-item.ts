import { nonceSize, randomBytes } from '@gantry/age'
import type { Entry } from '@gantry/core'
import { base64, base64urlnopad } from '@scure/base'

import { knownSize } from './known-size.ts'

/**
 * One plaintext entry, and the object that it becomes.
 *
 * Path and nonce belong to these very bytes: under one key and nonce, other bytes must never be encrypted, or both
 * could be read by who has the two ciphertexts. An entry that changed gets a new item.
 */
export interface SealedItem {
  /** Of the object. */
  readonly path: string
  /** The entry's path in the plaintext store. */
  readonly from: string
  /** Of the plaintext, in bytes. */
  readonly size: number
  /** The entry's version when it was looked at: another one is refused. */
  readonly version?: string
  /** Base64 of the 16 bytes that the object's payload begins with. */
  readonly nonce: string
}

/** An opaque path and a fresh nonce for an entry. */
export function createSealedItem(entry: Entry): SealedItem {
  const { path, version } = entry
  return {
    path: randomName(),
    from: path,
    size: knownSize(entry),
    nonce: base64.encode(randomBytes(nonceSize)),
    ...(version !== undefined && { version }),
  }
}

/** 128 random bits in base64url: the name of an object, or a share's id. */
export function randomName(): string {
  const name = base64urlnopad.encode(randomBytes(16))
  // A command would take it for an option.
  return name.startsWith('-') ? randomName() : name
}
