import { GantryError } from '@gantry/core'

/** Bytes of plaintext in every chunk of an age payload but the last. */
export const chunkSize = 65_536
export const tagSize = 16
export const sealedChunkSize = chunkSize + tagSize
/** Bytes of the nonce that a payload begins with; the payload key is derived with it. */
export const nonceSize = 16

/** An empty plaintext has one chunk, which is empty. */
export function chunkCount(size: number): number {
  return Math.max(1, Math.ceil(size / chunkSize))
}

/** Bytes of the chunks of a plaintext of `size` bytes, tags included and nonce not. */
export function sealedSize(size: number): number {
  return size + tagSize * chunkCount(size)
}

/** The inverse of `sealedSize`; `integrity` for what no plaintext makes. */
export function plaintextSize(sealed: number): number {
  const size = sealed - tagSize * Math.max(1, Math.ceil(sealed / sealedChunkSize))
  if (size < 0 || sealedSize(size) !== sealed) {
    throw new GantryError('integrity', 'The encrypted object has a length that no age file has: it was cut off.')
  }
  return size
}
