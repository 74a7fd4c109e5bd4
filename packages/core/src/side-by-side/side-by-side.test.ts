import { setImmediate as turn } from 'node:timers/promises'

import { expect, test } from 'vitest'

import { batched, orderedMap, sideBySide } from './index.ts'

const broken = new Error('the listing broke')

async function* breaksAfter(count: number): AsyncGenerator<number, void, undefined> {
  for (let item = 0; item < count; item += 1) yield item
  throw broken
}

/** Work whose ends are told by hand, and what is at work. */
function byHand() {
  const working = new Map<number, PromiseWithResolvers<void>>()
  let most = 0
  const work = async (item: number) => {
    const one = Promise.withResolvers<void>()
    working.set(item, one)
    most = Math.max(most, working.size)
    try {
      await one.promise
    } finally {
      working.delete(item)
    }
  }
  return { working, work, most: () => most }
}

async function listOf<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = []
  for await (const item of items) found.push(item)
  return found
}

async function settled(promise: Promise<unknown>): Promise<boolean> {
  let over = false
  promise.then(
    () => (over = true),
    () => (over = true),
  )
  for (let turns = 0; turns < 5; turns += 1) await turn()
  return over
}

test('no more are at work than may be, and the number may change', async () => {
  const { working, work, most } = byHand()
  let may = 3
  const together: number[] = []
  const all = sideBySide([0, 1, 2, 3, 4, 5], () => may, work)
  await expect.poll(() => working.size).toBe(3)
  may = 1
  for (const item of [0, 1, 2, 3, 4, 5]) {
    await expect.poll(() => working.has(item)).toBe(true)
    working.get(item)?.resolve()
    await turn()
    together.push(working.size)
  }
  await all
  expect(most()).toBe(3)
  expect(Math.max(...together.slice(2))).toBeLessThanOrEqual(1)
})

test.for([
  ['items that fail', async (work: (item: number) => Promise<void>) => await sideBySide(breaksAfter(2), 8, work)],
  [
    'a signal',
    async (work: (item: number) => Promise<void>) => {
      const stop = new AbortController()
      const items = async function* () {
        yield 0
        yield 1
        stop.abort(broken)
        yield 2
      }
      await sideBySide(items(), 8, work, { signal: stop.signal })
    },
  ],
] as const)('%s are told of when what was begun has ended', async ([, run]) => {
  const { working, work } = byHand()
  const all = run(work)
  await expect.poll(() => working.size).toBe(2)
  expect(await settled(all)).toBe(false)
  working.get(0)?.resolve()
  // Not unhandled, and not told of instead of what came first.
  working.get(1)?.reject(new Error('later'))
  await expect(all).rejects.toBe(broken)
  expect(working.size).toBe(0)
})

test('the first failure keeps more from being begun, and closes the items', async () => {
  const { working, work } = byHand()
  let closed = false
  const items = async function* () {
    try {
      for (let item = 0; ; item += 1) yield item
    } finally {
      closed = true
    }
  }
  const all = sideBySide(items(), 2, work)
  await expect.poll(() => working.size).toBe(2)
  working.get(1)?.reject(broken)
  await expect.poll(() => closed).toBe(true)
  expect([...working.keys()]).toEqual([0])
  expect(await settled(all)).toBe(false)
  working.get(0)?.resolve()
  await expect(all).rejects.toBe(broken)
})

test('results come in the order of the items', async () => {
  const resolvers: ((text: string) => void)[] = []
  const results = orderedMap([0, 1, 2], 2, async () => await new Promise<string>((resolve) => resolvers.push(resolve)))
  const first = results.next()
  await expect.poll(() => resolvers.length).toBe(2)
  resolvers[1]?.('second')
  expect(await settled(first)).toBe(false)
  resolvers[0]?.('first')
  expect(await first).toEqual({ done: false, value: 'first' })
  const rest = listOf(results)
  await expect.poll(() => resolvers.length).toBe(3)
  resolvers[2]?.('third')
  expect(await rest).toEqual(['second', 'third'])
})

test.for([
  ['a listing that fails', breaksAfter(2), 8],
  ['a result that fails', [-1, 1], 8],
] as const)('of %s nobody is told before all that was begun has ended', async ([, items, most]) => {
  const { working, work } = byHand()
  const all = listOf(
    orderedMap(items, most, async (item) => (item < 0 ? await Promise.reject(broken) : await work(item))),
  )
  await expect.poll(() => working.has(1)).toBe(true)
  expect(await settled(all)).toBe(false)
  // Not unhandled.
  working.get(1)?.reject(new Error('later'))
  working.get(0)?.resolve()
  await expect(all).rejects.toBe(broken)
})

test('batches are as large as they shall be, and the last has what is left', async () => {
  const items = async function* (count: number) {
    for (let item = 0; item < count; item += 1) yield item
  }
  expect(await listOf(batched(items(5), 2))).toEqual([[0, 1], [2, 3], [4]])
  expect(await listOf(batched(items(4), 2))).toEqual([
    [0, 1],
    [2, 3],
  ])
  expect(await listOf(batched(items(0), 2))).toEqual([])
})
