import { crc32 as zlibCrc32 } from 'node:zlib'

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { crc32, hexOf } from './crc32.ts'
import { Gatherer } from './gatherer.ts'

/** Chunks that are poisoned when the next is asked for. */
async function* lent(chunks: readonly Uint8Array[]) {
  for (const chunk of chunks) {
    const copy = Uint8Array.from(chunk)
    yield copy
    copy.fill(0xee)
  }
}

const chunks = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 12 })

describe('the CRC-32', () => {
  test('is that of zlib, in one piece and in several', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(300), (bytes, cut) => {
        expect(crc32(bytes)).toBe(zlibCrc32(bytes))
        expect(crc32(bytes.subarray(cut), crc32(bytes.subarray(0, cut)))).toBe(zlibCrc32(bytes))
      }),
    )
  })

  test('is written in eight digits', () => {
    expect(hexOf(crc32(new Uint8Array()))).toBe('00000000')
    expect(hexOf(crc32(new TextEncoder().encode('123456789')))).toBe('cbf43926')
  })
})

describe('a gatherer', () => {
  test('takes a body apart and keeps no chunk that was lent', async () => {
    await fc.assert(
      fc.asyncProperty(chunks, fc.integer({ min: 1, max: 50 }), async (given, limit) => {
        const gatherer = new Gatherer(lent(given))
        const pieces: Uint8Array[] = []
        while (!(await gatherer.ended())) pieces.push(Uint8Array.from(await gatherer.take(limit)))
        expect(Buffer.concat(pieces)).toEqual(Buffer.concat(given))
        expect(pieces.slice(0, -1).every(({ length }) => length === limit)).toBe(true)
        expect(await gatherer.take(limit)).toHaveLength(0)
      }),
    )
  })
})
