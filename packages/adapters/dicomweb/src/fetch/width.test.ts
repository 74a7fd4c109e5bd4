import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { createWidth, narrow, type Width, widen, widest } from './width.ts'

const after = (width: Width, count: number) => {
  let state = width
  for (let turn = 0; turn < count; turn += 1) state = widen(state)
  return state
}

test('rises by one an answer until the service asks for less, and then by one a round', () => {
  const risen = after(createWidth(16), 34)
  expect(risen.limit).toBe(50)
  const narrowed = narrow(risen, 50)
  expect(narrowed.limit).toBe(25)
  const settled = after(narrowed, 49)
  expect(settled.limit).toBe(25)
  expect(after(settled, 26).limit).toBeCloseTo(26, 0)
})

test('all that were refused together narrow it once', () => {
  let width = createWidth(50)
  for (let refused = 0; refused < 50; refused += 1) width = narrow(width, 50)
  expect(width.limit).toBe(25)
})

test('stays between one and 64', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 300 }), fc.nat(64), (answers, inFlight) => {
      let width = createWidth(16)
      for (const good of answers) width = good ? widen(width) : narrow(width, inFlight)
      expect(width.limit).toBeGreaterThanOrEqual(1)
      expect(width.limit).toBeLessThanOrEqual(widest)
    }),
  )
})
