import { bytesOf, collect, GantryError } from '@gantry/core'
import { lent } from '@gantry/testkit/bodies'
import { expect, test } from 'vitest'

import { prefetched } from './prefetched.ts'

const chunk = new Uint8Array(100).fill(7)
const chunks = (count: number) => Array.from({ length: count }, () => chunk)

test('reads ahead as far as its buffer goes, and keeps no chunk that was lent', async () => {
  const { state, bytes } = lent(chunks(10))
  const { ready, body } = prefetched(bytes, 250)
  expect(await ready).toEqual({ whole: false, bytes: 300 })
  expect(state.ended).toBe(false)
  expect(await collect(body)).toEqual(new Uint8Array(1000).fill(7))
  expect(state.ended).toBe(true)
})

test('a body that is shorter than the buffer is there as a whole', async () => {
  const { ready, body } = prefetched(bytesOf(chunk, chunk), 1000)
  expect(await ready).toEqual({ whole: true, bytes: 200 })
  expect(await collect(body)).toHaveLength(200)
})

test('what fails within the buffer says so at once, and behind it to who reads', async () => {
  const failure = new GantryError('unavailable', 'Reset.')
  await expect(prefetched(lent(chunks(2), failure).bytes, 1000).ready).rejects.toBe(failure)
  const { ready, body } = prefetched(lent(chunks(5), failure).bytes, 200)
  await ready
  await expect(collect(body)).rejects.toBe(failure)
})

test('closing it closes the body behind it; giving it up is an error to who reads on', async () => {
  const closing = lent(chunks(10))
  const closed = prefetched(closing.bytes, 200)
  await closed.ready
  await closed.body.return?.()
  expect(await closed.body.next()).toMatchObject({ done: true })
  await expect.poll(() => closing.state).toEqual({ closed: true, ended: false })
  const given = prefetched(lent(chunks(10)).bytes, 200)
  await given.ready
  given.fail(new GantryError('internal', 'Too late.'))
  await expect(collect(given.body)).rejects.toMatchObject({ code: 'internal' })
})
