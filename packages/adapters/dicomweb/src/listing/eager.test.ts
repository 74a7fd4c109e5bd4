import { expect, test } from 'vitest'

import { eager } from './eager.ts'

async function* counting(begun: number[], fails = false): AsyncGenerator<number, void, undefined> {
  for (let number = 1; number <= 3; number += 1) {
    begun.push(number)
    if (fails) throw new Error('No.')
    yield number
  }
}

test('the first is asked for at once, no more than that, and all come in order', async () => {
  const begun: number[] = []
  const all = eager(counting(begun))
  await new Promise(setImmediate)
  expect(begun).toEqual([1])
  const given: number[] = []
  for await (const one of all) given.push(one)
  expect(given).toEqual([1, 2, 3])
})

test('what fails says so to whoever wants it', async () => {
  const all = eager(counting([], true))
  await new Promise(setImmediate)
  await expect(all.next()).rejects.toThrow('No.')
})
