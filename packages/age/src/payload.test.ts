import { bytesOf, collect } from '@gantry/core'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { borrowed, patternBytes } from './testing/pattern.ts'
import { nobleCipher } from './noble-cipher.ts'
import { nodeCipher } from './node-cipher.ts'
import { openChunks, sealChunks } from './payload.ts'
import { chunkCount, chunkSize, plaintextSize, sealedChunkSize, sealedSize } from './sizes.ts'

const key = patternBytes(32, 7)
const whole = (size: number) => ({ first: 0, end: chunkCount(size), size })

const sizes = fc
  .tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: -2, max: 2 }))
  .map(([chunks, off]) => Math.max(0, chunks * chunkSize + off))
const chunkings = fc.array(
  fc.oneof(fc.integer({ min: 1, max: 200_000 }), fc.constantFrom(chunkSize, sealedChunkSize)),
  {
    minLength: 1,
    maxLength: 5,
  },
)

describe('a payload', () => {
  test('comes back whatever its length and chunking, by buffers that are used again', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, chunkings, chunkings, async (size, there, back) => {
        const plaintext = patternBytes(size)
        const span = { ...whole(size), cipher: nodeCipher(key) }
        const sealed = await collect(sealChunks(borrowed(plaintext, there), span))
        expect(sealed.length).toBe(sealedSize(size))
        const opened = await collect(openChunks(borrowed(sealed, back), span))
        expect(Buffer.compare(opened, plaintext)).toBe(0)
      }),
      { numRuns: 60 },
    )
  })

  test.for([0, 1, chunkSize - 1, chunkSize, chunkSize + 1, 3 * chunkSize])(
    'of %i bytes is the same by both ciphers',
    async (size) => {
      const plaintext = patternBytes(size)
      const [a, b] = [nodeCipher, nobleCipher].map((cipher) => ({ ...whole(size), cipher: cipher(key) }))
      if (a === undefined || b === undefined) throw new Error('unreachable')
      const sealed = await collect(sealChunks(bytesOf(plaintext), a))
      expect(Buffer.compare(sealed, await collect(sealChunks(bytesOf(plaintext), b)))).toBe(0)
      expect(Buffer.compare(await collect(openChunks(bytesOf(sealed), b)), plaintext)).toBe(0)
    },
  )

  test('is yielded in chunks of up to 512 KiB of plaintext, and in one buffer', async () => {
    const size = 20 * chunkSize
    const seen = new Set<ArrayBufferLike>()
    const lengths: number[] = []
    for await (const chunk of sealChunks(bytesOf(patternBytes(size)), { ...whole(size), cipher: nodeCipher(key) })) {
      seen.add(chunk.buffer)
      lengths.push(chunk.length)
    }
    expect(lengths).toEqual([8 * sealedChunkSize, 8 * sealedChunkSize, 4 * sealedChunkSize])
    expect(seen.size).toBe(1)
  })

  test.for([-1, 1])('that is %i byte longer than it should be is refused', async (off) => {
    const span = { ...whole(100_000), cipher: nodeCipher(key) }
    const sealing = collect(sealChunks(bytesOf(patternBytes(100_000 + off)), span))
    await expect(sealing).rejects.toMatchObject({ code: 'integrity' })
  })

  test('opens from any chunk on', async () => {
    const size = 10 * chunkSize + 5
    const plaintext = patternBytes(size)
    const cipher = nodeCipher(key)
    const sealed = await collect(sealChunks(bytesOf(plaintext), { ...whole(size), cipher }))
    for (const [first, end] of [
      [0, 1],
      [3, 5],
      [9, 11],
      [10, 11],
    ] as const) {
      const piece = sealed.subarray(first * sealedChunkSize, end * sealedChunkSize)
      const opened = await collect(openChunks(bytesOf(piece), { first, end, size, cipher }))
      expect(Buffer.compare(opened, plaintext.subarray(first * chunkSize, end * chunkSize))).toBe(0)
    }
  })
})

describe('a cipher', () => {
  test.for([
    ['node', nodeCipher],
    ['noble', nobleCipher],
  ] as const)('of %s writes nothing that is not authentic', (named) => {
    const cipher = named[1](key)
    const nonce = new Uint8Array(12)
    const sealed = new Uint8Array(116)
    cipher.seal(nonce, patternBytes(100), sealed)
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const changed = sealed.slice()
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      const into = new Uint8Array(100)
      expect(cipher.open(nonce, changed, into)).toBe(false)
      expect(into.every((byte) => byte === 0)).toBe(true)
    }
  })
})

describe('lengths', () => {
  test('of plaintext and payload follow from each other', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (large) => {
        const size = Math.floor(large / 2)
        expect(plaintextSize(sealedSize(size))).toBe(size)
      }),
    )
    expect(sealedSize(0)).toBe(16)
  })

  test.for([0, 15, sealedChunkSize + 1, sealedChunkSize + 16, 2 * sealedChunkSize + 3])(
    'of %i bytes are no payload',
    (length) => {
      expect(() => plaintextSize(length)).toThrow(expect.objectContaining({ code: 'integrity' }))
    },
  )
})
