import { expect, test } from 'vitest'

import { Room } from './room.ts'

test('no more is had at a time than there is, and all have their turn', async () => {
  const room = new Room(10)
  let taken = 0
  const most: number[] = []
  const use = async (bytes: number) => {
    await room.within(bytes, async () => {
      taken += bytes
      most.push(taken)
      await Promise.resolve()
      taken -= bytes
    })
  }
  await Promise.all([4, 6, 5, 5, 1, 10, 3, 7, 2].map(use))
  expect(most).toHaveLength(9)
  expect(Math.max(...most)).toBe(10)
})

test('more than there is in all is had alone', async () => {
  const room = new Room(10)
  const seen: string[] = []
  const first = room.within(4, async () => {
    await Promise.resolve()
    seen.push('first over')
  })
  const large = room.within(25, async () => {
    seen.push('large')
  })
  await Promise.all([first, large])
  expect(seen).toEqual(['first over', 'large'])
})

test('what fails gives its room back', async () => {
  const room = new Room(10)
  await expect(room.within(10, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  await expect(room.within(10, () => Promise.resolve('in'))).resolves.toBe('in')
})
