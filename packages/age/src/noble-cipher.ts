import { chacha20poly1305 } from '@noble/ciphers/chacha.js'

import type { Cipher } from './cipher.ts'

/** In JavaScript, for browsers: WebCrypto has no ChaCha20-Poly1305 that can be relied on. */
export const nobleCipher: Cipher = (key) => ({
  seal(nonce, plaintext, into) {
    chacha20poly1305(key, nonce).encrypt(plaintext, into)
  },
  open(nonce, sealed, into) {
    try {
      // Compares the tag before it decrypts.
      chacha20poly1305(key, nonce).decrypt(sealed, into)
      return true
    } catch {
      return false
    }
  },
})
