import { expect, test } from 'vitest'

import { Closers } from './closers.ts'

test('what was opened is closed in the opposite order, once, also after one that does not close', async () => {
  const closers = new Closers()
  const closed: string[] = []
  expect(closers.add('first', (one) => closed.push(one))).toBe('first')
  closers.add('second', () => Promise.reject(new Error('it hangs')))
  closers.add('third', (one) => closed.push(one))
  await expect(closers.close()).rejects.toThrow('it hangs')
  expect(closed).toEqual(['third', 'first'])
  await closers.close()
  expect(closed).toHaveLength(2)
})
