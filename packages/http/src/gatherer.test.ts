import * as fc from 'fast-check'
import { expect, test } from 'vitest'

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

test('a gatherer takes a body apart and keeps no chunk that was lent', async () => {
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
