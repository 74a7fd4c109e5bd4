import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'

const label = new TextEncoder().encode('payload')

/** The key of one payload, from its file's key and the nonce that it begins with. */
export function payloadKey(fileKey: Uint8Array, nonce: Uint8Array): Uint8Array {
  return hkdf(sha256, fileKey, nonce, label, 32)
}
