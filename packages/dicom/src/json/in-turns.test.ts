import { expect, test } from 'vitest'

import { inTurns } from './in-turns.ts'

/** Takes longer than others are to wait. */
function* slow(count: number): Generator<number, void, undefined> {
  for (let index = 0; index < count; index += 1) {
    const until = performance.now() + 30
    while (performance.now() < until);
    yield index
  }
}

test('others have their turn between pieces that take long', async () => {
  const order: string[] = []
  const other = setInterval(() => order.push('other'), 0)
  for await (const piece of inTurns(slow(3))) order.push(`piece ${piece}`)
  clearInterval(other)
  expect(order.filter((one, index) => one === 'other' && order[index - 1]?.startsWith('piece') === true)).not.toEqual(
    [],
  )
  expect(order.indexOf('other')).toBeLessThan(order.indexOf('piece 2'))
  expect(order.filter((one) => one !== 'other')).toEqual(['piece 0', 'piece 1', 'piece 2'])
})

test('who has lost interest is not waited for', async () => {
  const controller = new AbortController()
  const pieces = inTurns(slow(3), { signal: controller.signal })
  await pieces.next()
  controller.abort()
  await expect(pieces.next()).rejects.toMatchObject({ code: 'cancelled' })
})
