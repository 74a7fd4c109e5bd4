import { type Bytes, GantryError } from '@gantry/core'

import { chunkNonces } from './chunk-nonce.ts'
import type { ChunkCipher } from './cipher.ts'
import { regroup } from './regroup.ts'
import { chunkCount, chunkSize, sealedChunkSize, sealedSize } from './sizes.ts'

/** Consecutive chunks of a payload, from `first` to before `end`. */
export interface ChunkSpan {
  readonly first: number
  readonly end: number
}

/** Some chunks of one payload, whose plaintext has `size` bytes as a whole. */
export interface PayloadSpan extends ChunkSpan {
  readonly size: number
  readonly cipher: ChunkCipher
}

/** Where the plaintext of a span lies in the plaintext. */
export function plainRange({ first, end }: ChunkSpan, size: number): { start: number; end: number } {
  return { start: Math.min(first * chunkSize, size), end: Math.min(end * chunkSize, size) }
}

/** Where the chunks of a span lie in the payload, counted from behind its nonce. */
export function sealedRange({ first, end }: ChunkSpan, size: number): { start: number; end: number } {
  const all = sealedSize(size)
  return { start: Math.min(first * sealedChunkSize, all), end: Math.min(end * sealedChunkSize, all) }
}

/** Encrypts the plaintext of a span, in chunks of any length, to the span's chunks. */
export function sealChunks(plaintext: Bytes, span: PayloadSpan): AsyncGenerator<Uint8Array, void, undefined> {
  const { first, size, cipher } = span
  const last = chunkCount(size) - 1
  const nonceOf = chunkNonces()
  return regroup(plaintext, {
    ...sidesOf(span, 'seal'),
    make: (piece, index, into) => cipher.seal(nonceOf(first + index, first + index === last), piece, into),
  })
}

/** Decrypts a span's chunks; nothing comes out of a chunk that is not authentic, at its place, of this payload. */
export function openChunks(sealed: Bytes, span: PayloadSpan): AsyncGenerator<Uint8Array, void, undefined> {
  const { first, size, cipher } = span
  const last = chunkCount(size) - 1
  const nonceOf = chunkNonces()
  return regroup(sealed, {
    ...sidesOf(span, 'open'),
    make(piece, index, into) {
      if (cipher.open(nonceOf(first + index, first + index === last), piece, into)) return
      throw new GantryError('integrity', 'The encrypted bytes were changed, or belong to another object.')
    },
  })
}

function sidesOf(span: PayloadSpan, direction: 'seal' | 'open') {
  const plain = plainRange(span, span.size)
  const sealed = sealedRange(span, span.size)
  const plainSide = { unit: chunkSize, length: plain.end - plain.start }
  const sealedSide = { unit: sealedChunkSize, length: sealed.end - sealed.start }
  const [from, to] = direction === 'seal' ? [plainSide, sealedSide] : [sealedSide, plainSide]
  return { pieces: span.end - span.first, from, to }
}
