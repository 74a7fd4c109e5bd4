import { setTimeout as sleep } from 'node:timers/promises'

import { expect, test } from 'vitest'

import { begunAhead, type Width } from './begun-ahead.ts'

/** How many were at work at a time at most, each for so long. */
async function mostAtWork(width: Width, milliseconds: number): Promise<number> {
  let running = 0
  let most = 0
  const work = async (item: number) => {
    running += 1
    most = Math.max(most, running)
    if (milliseconds > 0) await sleep(milliseconds)
    running -= 1
    return item
  }
  const results: number[] = []
  const items = Array.from({ length: 40 }, (_, index) => index)
  for await (const item of begunAhead(items, width, work, () => {})) results.push(item)
  expect(results).toEqual(items)
  return most
}

test('as many are at work as was said, and their results keep their order', async () => {
  expect(await mostAtWork({ first: 4, most: 4 }, 5)).toBe(4)
})

test('more are at work once it was waited for one', async () => {
  expect(await mostAtWork({ first: 2, most: 6 }, 20)).toBe(6)
})

test('no more are begun while there is no room for them', async () => {
  let held = 0
  let most = 0
  const work = async (item: number) => {
    await sleep(1)
    held += 1
    most = Math.max(most, held)
    return item
  }
  const results: number[] = []
  const items = Array.from({ length: 40 }, (_, index) => index)
  for await (const item of begunAhead(items, { first: 2, most: 16, isFull: () => held >= 3 }, work, () => {})) {
    results.push(item)
    held -= 1
  }
  expect(results).toEqual(items)
  expect(most).toBeLessThan(16)
})

test('what was begun and is not wanted any more is dropped', async () => {
  const dropped: number[] = []
  for await (const item of begunAhead(
    [1, 2, 3, 4],
    { first: 3, most: 3 },
    async (one) => one,
    (one) => dropped.push(one),
  )) {
    if (item === 1) break
  }
  await sleep(0)
  expect(dropped).toEqual([2, 3])
})
