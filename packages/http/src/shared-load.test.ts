import { GantryError, toCall } from '@gantry/core'
import { expect, test } from 'vitest'

import { sharedLoad } from './shared-load.ts'

/** Loads whose ends are told by hand. */
function bench() {
  const begun: (PromiseWithResolvers<string> & { stopped: boolean })[] = []
  const load = sharedLoad(async ({ signal }) => {
    const one = { ...Promise.withResolvers<string>(), stopped: false }
    begun.push(one)
    signal.addEventListener('abort', () => {
      one.stopped = true
      one.reject(new GantryError('cancelled', 'Stopped on request.'))
    })
    return await one.promise
  })
  return { begun, load }
}

test('who gives up leaves the load to the others', async () => {
  const { begun, load } = bench()
  const stop = new AbortController()
  const first = load(toCall({ signal: stop.signal }))
  const second = load(toCall())
  stop.abort()
  await expect(first).rejects.toMatchObject({ code: 'cancelled' })
  begun[0]?.resolve('loaded')
  expect(await second).toBe('loaded')
  expect(await load(toCall())).toBe('loaded')
  expect(begun.map(({ stopped }) => stopped)).toEqual([false])
})

test('a load that nobody waits for is ended, and begun again by the next', async () => {
  const { begun, load } = bench()
  const stop = new AbortController()
  const both = [load(toCall({ signal: stop.signal })), load(toCall({ signal: stop.signal }))]
  stop.abort()
  expect(await Promise.allSettled(both)).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }])
  expect(begun[0]?.stopped).toBe(true)
  const next = load(toCall())
  begun[1]?.resolve('loaded')
  expect(await next).toBe('loaded')
})

test('a load that failed is told to all who wait, and begun again by the next', async () => {
  const { begun, load } = bench()
  const both = [load(toCall()), load(toCall())]
  begun[0]?.reject(new GantryError('unavailable', 'The service does not answer.'))
  expect(await Promise.allSettled(both)).toMatchObject([
    { reason: { code: 'unavailable' } },
    { reason: { code: 'unavailable' } },
  ])
  const next = load(toCall())
  begun[1]?.resolve('loaded')
  expect(await next).toBe('loaded')
})
