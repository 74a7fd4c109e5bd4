import { expect, test } from 'vitest'
import { keyIndex } from './key-index.ts'
import { compareKeys } from './key-order.ts'

test('keys are ordered by their UTF-8 bytes', () => {
  const keys = ['a', 'a/', 'a/b', 'A', 'é', '日', '\uffee', '😀', '\ue000', 'z😀', 'z\uffee', '', 'aa']
  const byBytes = keys.toSorted((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)))
  expect(keys.toSorted(compareKeys)).toEqual(byBytes)
})

test('the index follows every change', () => {
  const index = keyIndex<number>()
  const model = new Map<string, number>()
  const listed: [keys: string, expected: string][] = []
  let seed = 1
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed % below
  }
  for (let step = 0; step < 2000; step += 1) {
    const key = `k${random(50)}`
    if (random(3) === 0) {
      index.delete(key)
      model.delete(key)
    } else {
      index.set(key, step)
      model.set(key, step)
    }
    // Listing now and then only: what piles up in between is what could go wrong.
    if (random(10) === 0) listed.push([index.sortedKeys().join(), [...model.keys()].sort().join()])
    expect([index.get(key), index.size]).toEqual([model.get(key), model.size])
  }
  for (const [keys, expected] of listed) expect(keys).toBe(expected)
})
