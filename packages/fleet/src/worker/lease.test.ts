import { expect, test } from 'vitest'

import { Lease, moment } from './lease.ts'

const { signal: never } = new AbortController()

/** Nothing of this process goes on meanwhile, and so no timer goes off. */
function freeze(milliseconds: number): void {
  const until = performance.now() + milliseconds
  while (performance.now() < until);
}

test('is over for who asks, before any timer goes off, and stays so', () => {
  const lease = new Lease(50, moment(), never)
  let told = 0
  lease.signal.addEventListener('abort', () => (told += 1))
  expect([lease.signal.aborted, lease.ended]).toEqual([false, undefined])
  const asked = moment()
  freeze(60)
  expect(lease.signal.aborted).toBe(true)
  lease.renew(moment())
  expect([lease.signal.aborted, lease.ended, told]).toEqual([true, 'lapsed', 1])
  // An answer that lay there while the process was frozen is as old as its question.
  const other = new Lease(100_000, moment(), never)
  other.renew({ ...asked, wall: asked.wall - 100_000 })
  expect(other.ended).toBe('lapsed')
})

test('goes on while it is renewed, and ends as it is told to', () => {
  const lease = new Lease(100_000, { steady: performance.now() - 79_000, wall: Date.now() }, never)
  expect(lease.ended).toBeUndefined()
  lease.renew(moment())
  lease.end('lost')
  lease.end('cancelled')
  expect([lease.ended, lease.signal.aborted]).toEqual(['lost', true])
  const stop = new AbortController()
  const stopped = new Lease(100_000, moment(), stop.signal)
  stop.abort()
  expect(stopped.ended).toBe('handed back')
})
