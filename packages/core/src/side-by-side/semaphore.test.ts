import { setImmediate as turn } from 'node:timers/promises'

import { expect, test } from 'vitest'

import { atMost, type Shared, Semaphore } from './index.ts'

/** Work of some size that ends when it is told to; notes in which order it began. */
function bench(limit: number | (() => number)) {
  const semaphore = new Semaphore(atMost(limit))
  const begun: string[] = []
  const ends = new Map<string, PromiseWithResolvers<void>>()
  const use = async (name: string, size: number, signal?: AbortSignal) => {
    const end = Promise.withResolvers<void>()
    const work = async () => {
      begun.push(name)
      ends.set(name, end)
      await end.promise
    }
    return await semaphore.within(size, work, signal)
  }
  return { begun, use, end: (name: string) => ends.get(name)?.resolve(), look: () => semaphore.look() }
}

test('no more is had at a time than there is, and all have their turn', async () => {
  const semaphore = new Semaphore(atMost(10))
  let taken = 0
  const most: number[] = []
  const use = async (size: number) => {
    await semaphore.within(size, async () => {
      taken += size
      most.push(taken)
      await turn()
      taken -= size
    })
  }
  await Promise.all([4, 6, 5, 5, 1, 10, 3, 7, 2].map(use))
  expect(most).toHaveLength(9)
  expect(Math.max(...most)).toBe(10)
})

test('what is given back is enough for as many as it is enough for', async () => {
  const { begun, use, end } = bench(100)
  const all = [use('large', 100), ...['a', 'b', 'c'].map(async (name) => await use(name, 30)), use('d', 30)]
  expect(begun).toEqual(['large'])
  end('large')
  await expect.poll(() => begun).toEqual(['large', 'a', 'b', 'c'])
  end('b')
  await expect.poll(() => begun).toEqual(['large', 'a', 'b', 'c', 'd'])
  for (const name of ['a', 'c', 'd']) end(name)
  await Promise.all(all)
})

test('who came first has it first, and nobody who wants less goes before', async () => {
  const { begun, use, end } = bench(10)
  const all = [use('first', 5), use('large', 10), use('little', 1)]
  await turn()
  expect(begun).toEqual(['first'])
  end('first')
  await expect.poll(() => begun).toEqual(['first', 'large'])
  end('large')
  await expect.poll(() => begun).toEqual(['first', 'large', 'little'])
  end('little')
  await Promise.all(all)
})

test('more than there is in all is had alone', async () => {
  const { begun, use, end } = bench(10)
  const all = [use('first', 4), use('large', 25)]
  await turn()
  expect(begun).toEqual(['first'])
  end('first')
  await expect.poll(() => begun).toEqual(['first', 'large'])
  end('large')
  await Promise.all(all)
})

test('what fails gives its share back', async () => {
  const semaphore = new Semaphore(atMost(10))
  await expect(semaphore.within(10, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  await expect(semaphore.within(10, () => Promise.resolve('in'))).resolves.toBe('in')
})

test('a limit that grows lets in as many as it says', async () => {
  let limit = 1
  const { begun, use, end } = bench(() => limit)
  const all = ['a', 'b', 'c', 'd'].map(async (name) => await use(name, 1))
  limit = 3
  end('a')
  await expect.poll(() => begun).toEqual(['a', 'b', 'c', 'd'])
  for (const name of ['b', 'c', 'd']) end(name)
  await Promise.all(all)
})

test('who waits has its turn at once where the limit grew and is looked at', async () => {
  let limit = 1
  const { begun, use, end, look } = bench(() => limit)
  const all = ['a', 'b', 'c', 'd'].map(async (name) => await use(name, 1))
  limit = 3
  look()
  await expect.poll(() => begun).toEqual(['a', 'b', 'c'])
  for (const name of begun) end(name)
  await expect.poll(() => begun).toEqual(['a', 'b', 'c', 'd'])
  end('d')
  await Promise.all(all)
})

test('who is stopped while it waits leaves, and lets others go before it is told', async () => {
  const { begun, use, end } = bench(10)
  const stop = new AbortController()
  const first = use('first', 5)
  const large = use('large', 10, stop.signal)
  const little = use('little', 1)
  stop.abort('enough')
  await expect(large).rejects.toMatchObject({ code: 'cancelled', cause: 'enough' })
  expect(begun).toEqual(['first', 'little'])
  for (const name of begun) end(name)
  await Promise.all([first, little])
  await expect(use('late', 1, stop.signal)).rejects.toMatchObject({ code: 'cancelled' })
  expect(begun).toEqual(['first', 'little'])
})

test('a turn of one that is stopped in the same moment is the next one’s', async () => {
  const semaphore = new Semaphore(atMost(1))
  const stop = new AbortController()
  const had = await semaphore.take(1)
  const stopped = semaphore.take(1, stop.signal)
  const other = semaphore.within(1, () => Promise.resolve('had'))
  semaphore.give(had)
  stop.abort()
  await expect(stopped).rejects.toMatchObject({ code: 'cancelled' })
  await expect(other).resolves.toBe('had')
})

test('what cannot be made is told to who asked for it', async () => {
  const made: Shared<string> = {
    take: (size) => {
      if (size === 0) return undefined
      throw new RangeError('no memory')
    },
    give: () => {},
  }
  const semaphore = new Semaphore(made)
  await expect(semaphore.take(1)).rejects.toThrow('no memory')
  let enough = false
  const later = new Semaphore({ ...made, take: (size) => (enough ? made.take(size) : undefined) })
  const asked = later.take(1)
  enough = true
  expect(() => later.give('')).not.toThrow()
  await expect(asked).rejects.toThrow('no memory')
})
