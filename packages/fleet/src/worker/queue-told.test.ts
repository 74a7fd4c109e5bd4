import { getEventListeners } from 'node:events'

import { expect, test } from 'vitest'

import { queueTold } from './queue-told.ts'

test('what was told leaves nothing at the signal of the worker', async () => {
  const stop = new AbortController()
  for (let turn = 0; turn < 20; turn += 1) await queueTold(Promise.resolve(), stop.signal)
  const refused = queueTold(Promise.reject(new Error('refused')), stop.signal)
  await expect(refused).rejects.toThrow('refused')
  expect(getEventListeners(stop.signal, 'abort')).toEqual([])
})

test.for([true, false])('who is to stop does not wait for a queue that is away: stopped before: %s', async (before) => {
  const stop = new AbortController()
  if (before) stop.abort()
  const telling = queueTold(new Promise(() => {}), stop.signal, 1)
  if (!before) stop.abort()
  expect(await telling).toBeUndefined()
  expect(getEventListeners(stop.signal, 'abort')).toEqual([])
})
