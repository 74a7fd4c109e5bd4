import { createCipheriv, createDecipheriv, createSecretKey } from 'node:crypto'

import type { Cipher } from './cipher.ts'
import { tagSize } from './sizes.ts'

const algorithm = 'chacha20-poly1305'
const options = { authTagLength: tagSize }

/** By OpenSSL. */
export const nodeCipher: Cipher = (bytes) => {
  // Once: from bytes it would be made anew for every chunk.
  const key = createSecretKey(bytes)
  return {
    seal(nonce, plaintext, into) {
      const cipher = createCipheriv(algorithm, key, nonce, options)
      into.set(cipher.update(plaintext))
      cipher.final()
      into.set(cipher.getAuthTag(), plaintext.length)
    },
    open(nonce, sealed, into) {
      const end = sealed.length - tagSize
      const decipher = createDecipheriv(algorithm, key, nonce, options)
      decipher.setAuthTag(sealed.subarray(end))
      const plaintext = decipher.update(sealed.subarray(0, end))
      try {
        decipher.final()
      } catch {
        return false
      }
      into.set(plaintext)
      return true
    },
  }
}
