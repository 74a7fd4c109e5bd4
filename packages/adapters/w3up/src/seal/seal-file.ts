import {
  chunkCount,
  chunkSize,
  type Cipher,
  nonceSize,
  openChunks,
  payloadKey,
  plainRange,
  randomBytes,
  sealChunks,
  sealedRange,
  sealedSize,
  type SourceKey,
} from '@gantry/age'
import type { Bytes } from '@gantry/core/driver'

/** A nonce for one file. Under one key and nonce never encrypt other bytes: who has both ciphertexts could read both. */
export function createNonce(): Uint8Array {
  return randomBytes(nonceSize)
}

/** Bytes of the age file that `size` bytes become. */
export function sealedFileSize(size: number, key: SourceKey): number {
  return key.header.length + nonceSize + sealedSize(size)
}

/** The age file of a body of `size` bytes. */
export async function* sealFile(
  body: Bytes,
  size: number,
  key: SourceKey,
  nonce: Uint8Array,
  cipher: Cipher,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield key.header
  yield nonce
  const span = { first: 0, end: chunkCount(size), size }
  yield* sealChunks(body, { ...span, cipher: cipher(payloadKey(key.fileKey, nonce)) })
}

/** How a range of a plaintext is read from its age file. */
export interface SealedSpan {
  /** In the age file. */
  readonly start: number
  readonly end: number
  /** Makes the plaintext of those bytes; more than was asked for, on both sides. */
  readonly open: (sealed: Bytes) => Bytes
  /** Bytes of the plaintext before those that were asked for. */
  readonly skip: number
}

/** The chunks of 64 KiB that hold a range: each of them lies in one leaf of 1 MiB, or in two. */
export function sealedSpan(
  range: { readonly start: number; readonly end: number },
  size: number,
  key: SourceKey,
  nonce: Uint8Array,
  cipher: Cipher,
): SealedSpan {
  const span = { first: Math.floor(range.start / chunkSize), end: Math.max(1, Math.ceil(range.end / chunkSize)) }
  const prologue = key.header.length + nonceSize
  const sealed = sealedRange(span, size)
  return {
    start: prologue + sealed.start,
    end: prologue + sealed.end,
    open: (body) => openChunks(body, { ...span, size, cipher: cipher(payloadKey(key.fileKey, nonce)) }),
    skip: range.start - plainRange(span, size).start,
  }
}
