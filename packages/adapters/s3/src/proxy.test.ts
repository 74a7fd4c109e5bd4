import { bytesOf, type GantryError, Store } from '@gantry/core'
import { type FaultProxy, startFaultProxy } from '@gantry/testkit/fault-proxy'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { DoubleRig, failure, get, hello, large, put, uploadsOf } from './test-rig.ts'

let rig: DoubleRig
let proxy: FaultProxy
let store: Store
beforeEach(async () => {
  rig = await DoubleRig.start()
  proxy = await startFaultProxy({ target: rig.server.url })
  store = rig.open({ endpoint: proxy.url, stallSeconds: 1 })
  // The service is known from here on, and an object is there.
  await put(store, 'known')
  await put(store, 'large', large)
})
afterEach(async () => {
  await rig.close()
  await proxy.close()
})

const chunks = () => bytesOf(large.subarray(0, 2_000_000), large.subarray(2_000_000))
const uploads: { readonly [road: string]: () => Promise<unknown> } = {
  'gathered bytes': async () => await put(store, 'up'),
  'one large chunk': async () => await put(store, 'up', large),
  'a stream': async () => await store.write({ path: 'up', size: large.length }, chunks()),
  'a part': async () => {
    const upload = await uploadsOf(store).begin({ path: 'up' })
    return await uploadsOf(store).putPart(upload, { number: 1, offset: 0, size: large.length }, bytesOf(large))
  },
  'a part in chunks': async () => {
    const upload = await uploadsOf(store).begin({ path: 'up' })
    return await uploadsOf(store).putPart(upload, { number: 1, offset: 0, size: large.length }, chunks())
  },
}

/** It fails as one that may pass, leaves nothing, and does not fail again. */
async function failsOnce(upload: () => Promise<unknown>): Promise<GantryError> {
  const error = await failure(upload())
  expect(error.retryable).toBe(true)
  expect(await store.find('up')).toBeUndefined()
  proxy.set([])
  await upload()
  return error
}

describe.each(Object.entries(uploads))('a network that fails %s', (_, upload) => {
  const up = { match: { method: 'PUT' }, direction: 'up' } as const

  test('flips a bit', async () => {
    proxy.set([{ match: up.match, fault: { kind: 'corrupt', direction: 'up' } }])
    expect((await failsOnce(upload)).code).toBe('integrity')
  })

  test('resets the connection', async () => {
    proxy.set([{ match: up.match, fault: { kind: 'reset', direction: 'up', at: { sixteenths: 8 } } }])
    expect((await failsOnce(upload)).code).toBe('unavailable')
  })

  test('stalls', async () => {
    proxy.set([{ match: up.match, fault: { kind: 'stall', direction: 'up', at: { sixteenths: 8 } } }])
    expect((await failsOnce(upload)).code).toBe('timeout')
  })

  test('loses the answer, after which the same again is the same', async () => {
    // Twice: the first may go unnoticed, where a request may be repeated that met a connection's end.
    proxy.set([{ match: up.match, times: 2, fault: { kind: 'lose-answer' } }])
    expect(await failure(upload())).toMatchObject({ code: 'unavailable', retryable: true })
    proxy.set([])
    await upload()
  })
})

describe('a network that fails a read', () => {
  test.each(Array.from({ length: 16 }, (_, sixteenths) => sixteenths))(
    'ends it after %i sixteenths',
    async (sixteenths) => {
      proxy.set([{ match: { method: 'GET' }, fault: { kind: 'truncate', at: { sixteenths } } }])
      expect(await failure(get(store, 'large'))).toMatchObject({ code: 'unavailable', retryable: true })
      proxy.set([])
      expect(Buffer.from(await get(store, 'large')).equals(large)).toBe(true)
    },
  )

  test.each([
    ['flips a bit', { kind: 'corrupt' }, 'integrity'],
    ['resets the connection', { kind: 'reset', at: { sixteenths: 8 } }, 'unavailable'],
    ['stalls', { kind: 'stall', at: { sixteenths: 8 } }, 'timeout'],
    ['stalls before the first byte', { kind: 'stall', at: 'head' }, 'timeout'],
  ] as const)('%s', async (_, fault, code) => {
    proxy.set([{ match: { method: 'GET' }, fault }])
    expect(await failure(get(store, 'large'))).toMatchObject({ code, retryable: true })
  })

  test('is slow, which is no failure', async () => {
    proxy.set([{ match: { method: 'GET' }, fault: { kind: 'delay', latency: 50, bandwidth: 4_000_000 } }])
    expect(Buffer.from(await get(store, 'large')).equals(large)).toBe(true)
  })
})

test('a flipped bit on the way to an object that is there leaves it as it was', async () => {
  proxy.set([{ match: { method: 'PUT' }, fault: { kind: 'corrupt', direction: 'up' } }])
  await failure(put(store, 'known', large))
  expect(await get(store, 'known')).toEqual(new Uint8Array(hello))
})
