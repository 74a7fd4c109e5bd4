import { exactlyHeldBack } from '@gantry/core/driver'
import { crc32 as zlibCrc32 } from 'node:zlib'

import { bytesOf } from '@gantry/core'
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

describe('a body that is held back', () => {
  test('passes as it is where its length is right, and else fails before its last byte', async () => {
    await fc.assert(
      fc.asyncProperty(chunks, fc.integer({ min: -3, max: 3 }), async (given, off) => {
        const size = Math.max(0, Buffer.concat(given).length + off)
        let passed = 0
        const pass = async () => {
          const all: Uint8Array[] = []
          for await (const chunk of exactlyHeldBack(lent(given), size)) {
            passed += chunk.length
            all.push(Uint8Array.from(chunk))
          }
          return Buffer.concat(all)
        }
        const [result] = await Promise.allSettled([pass()])
        const whole = Buffer.concat(given)
        const outcome = size === whole.length ? { value: whole } : { reason: { code: 'integrity' } }
        expect(result).toMatchObject(outcome)
        expect(size === whole.length || passed === 0 || passed < size).toBe(true)
      }),
    )
  })

  test('that fails at its very end is not whole', async () => {
    const failing = (async function* () {
      yield* bytesOf(new Uint8Array(10))
      throw new Error('No.')
    })()
    let passed = 0
    const read = async () => {
      for await (const chunk of exactlyHeldBack(failing, 10)) passed += chunk.length
    }
    await expect(read()).rejects.toThrow('No.')
    expect(passed).toBe(9)
  })
})
