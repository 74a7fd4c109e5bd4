import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { exactlyHeldBack } from './held-back.ts'

/** Chunks that are poisoned when the next is asked for. */
async function* lent(chunks: readonly Uint8Array[]) {
  for (const chunk of chunks) {
    const own = Uint8Array.from(chunk)
    yield own
    own.fill(0xee)
  }
}

const chunks = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 })

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
      yield new Uint8Array(100)
      throw new Error('No.')
    })()
    let passed = 0
    const read = async () => {
      for await (const chunk of exactlyHeldBack(failing, 100)) passed += chunk.length
    }
    await expect(read()).rejects.toThrow('No.')
    expect(passed).toBeLessThan(100)
  })
})
