import { expect, test } from 'vitest'

import { LoadedOnce } from './loaded-once.ts'

test('what failed is loaded again, and what was loaded is not', async () => {
  let loads = 0
  const one = new LoadedOnce(async () => {
    loads += 1
    if (loads === 1) throw new Error('no network')
    return loads
  })
  const both = await Promise.allSettled([one.get(), one.get()])
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(loads).toBe(1)
  expect(await one.get()).toBe(2)
  expect(await one.get()).toBe(2)
})

test('what is forgotten is loaded again', async () => {
  let loads = 0
  const one = new LoadedOnce(async () => (loads += 1))
  await one.get()
  one.forget()
  expect(await one.get()).toBe(2)
})

test('whoever asks what was loaded loads nothing, and is told of no failure', async () => {
  const one = new LoadedOnce(async () => {
    throw new Error('no network')
  })
  expect(await one.loaded()).toBeUndefined()
  const failing = one.get()
  expect(await one.loaded()).toBeUndefined()
  await expect(failing).rejects.toThrow('no network')
})
