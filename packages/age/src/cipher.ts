/**
 * ChaCha20-Poly1305 (RFC 8439) under one key: a port, because the fastest one there is differs between Node and
 * browsers.
 */
export interface ChunkCipher {
  /** Writes ciphertext and tag to `into`, which is 16 bytes longer than `plaintext`. */
  seal(nonce: Uint8Array, plaintext: Uint8Array, into: Uint8Array): void
  /** Writes the plaintext to `into`, 16 bytes shorter; `false`, and nothing is written, unless `sealed` is authentic. */
  open(nonce: Uint8Array, sealed: Uint8Array, into: Uint8Array): boolean
}

/** Makes the cipher of a 32-byte key. */
export type Cipher = (key: Uint8Array) => ChunkCipher
