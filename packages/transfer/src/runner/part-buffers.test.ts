import { expect, test } from 'vitest'

import { PartBuffers } from './part-buffers.ts'

test('lends as much as there is, and one that is larger alone', () => {
  const buffers = new PartBuffers(100)
  const [first, second] = [buffers.take(60), buffers.take(40)]
  expect([first?.byteLength, second?.byteLength]).toEqual([60, 40])
  expect(buffers.take(1)).toBeUndefined()
  for (const one of [first, second]) if (one !== undefined) buffers.give(one)
  expect(buffers.take(500)?.byteLength).toBe(500)
  expect(buffers.take(1)).toBeUndefined()
})

test('lends the same buffer again, all of it, where it is large enough', () => {
  const buffers = new PartBuffers(100)
  const first = buffers.take(60)
  if (first !== undefined) buffers.give(first)
  const part = buffers.take(10)
  expect(part?.buffer).toBe(first?.buffer)
  // It counts for as much as it holds.
  expect(buffers.take(50)).toBeUndefined()
  if (part !== undefined) buffers.give(part)
  expect(buffers.take(60)?.buffer).toBe(first?.buffer)
})

test('gives up what is too small before it has nothing', () => {
  const buffers = new PartBuffers(100)
  const held = buffers.take(30)
  const spare = buffers.take(60)
  if (spare !== undefined) buffers.give(spare)
  expect(buffers.take(70)?.byteLength).toBe(70)
  expect(held?.byteLength).toBe(30)
  expect(buffers.take(1)).toBeUndefined()
})
