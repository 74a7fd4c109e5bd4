import { type GantryError, Store } from '@gantry/core'
import { type FaultProxy, startFaultProxy } from '@gantry/testkit/fault-proxy'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { failure, get, hello, large, put, roads } from './testing/rig.ts'
import { TestHub } from './testing/test-hub.ts'

let hub: TestHub
let proxy: FaultProxy
beforeEach(async () => {
  hub = await TestHub.start()
  proxy = await startFaultProxy({ target: hub.url })
})
afterEach(async () => {
  await proxy.close()
  await hub.close()
})

describe.each(roads)('over %s, a network that fails', (_, hubStore) => {
  let store: Store
  beforeEach(() => {
    store = new Store(hubStore({ hub: proxy.url, token: 'good' }))
  })
  afterEach(async () => await store.close())

  /** It fails as one that may pass, leaves nothing, and does not fail again. */
  async function failsOnce(bytes: Uint8Array): Promise<GantryError> {
    const error = await failure(put(store, 'up', bytes))
    expect(error.retryable).toBe(true)
    expect(await store.find('up')).toBeUndefined()
    proxy.set([])
    await put(store, 'up', bytes)
    return error
  }

  describe.each([
    ['a small body', hello],
    ['a large body', large],
  ] as const)('%s on its way up', (_name, bytes) => {
    const match = { method: 'PUT' }

    test('flips a bit', async () => {
      proxy.set([{ match, fault: { kind: 'corrupt', direction: 'up' } }])
      expect((await failsOnce(bytes)).code).toBe('integrity')
    })

    test('resets the connection', async () => {
      proxy.set([{ match, fault: { kind: 'reset', direction: 'up', at: { sixteenths: 8 } } }])
      expect((await failsOnce(bytes)).code).toBe('unavailable')
    })

    test('loses the answer, after which the same again is the same', async () => {
      // Twice: the first may go unnoticed, where a request may be repeated that met a connection's end.
      proxy.set([{ match, times: 2, fault: { kind: 'lose-answer' } }])
      expect(await failure(put(store, 'up', bytes))).toMatchObject({ code: 'unavailable', retryable: true })
      proxy.set([])
      await put(store, 'up', bytes)
      expect(Buffer.from(await get(store, 'up')).equals(bytes)).toBe(true)
    })

    test('stalls, until the caller stops it', async () => {
      proxy.set([{ match, fault: { kind: 'stall', direction: 'up', at: { sixteenths: 8 } } }])
      const controller = new AbortController()
      const body = (async function* () {
        yield bytes
        controller.abort()
      })()
      const write = store.write({ path: 'up', size: bytes.length }, body, { signal: controller.signal })
      setTimeout(() => controller.abort(), 100)
      expect((await failure(write)).code).toBe('cancelled')
      proxy.set([])
      expect(await store.find('up')).toBeUndefined()
    })
  })

  test.each([0, 1, 8, 15])('ends a read after %i sixteenths', async (sixteenths) => {
    await put(store, 'large', large)
    proxy.set([{ match: { method: 'GET' }, fault: { kind: 'truncate', at: { sixteenths } } }])
    expect(await failure(get(store, 'large'))).toMatchObject({ code: 'unavailable', retryable: true })
    proxy.set([])
    expect(Buffer.from(await get(store, 'large')).equals(large)).toBe(true)
  })

  test.each([
    ['flips a bit', { kind: 'corrupt' }, 'integrity'],
    ['resets the connection', { kind: 'reset', at: { sixteenths: 8 } }, 'unavailable'],
  ] as const)('%s of a read', async (_name, fault, code) => {
    await put(store, 'large', large)
    proxy.set([{ match: { method: 'GET' }, fault }])
    expect(await failure(get(store, 'large'))).toMatchObject({ code, retryable: true })
    proxy.set([])
    expect(Buffer.from(await get(store, 'large')).equals(large)).toBe(true)
  })

  test('stalls a read, until the caller stops it', async () => {
    await put(store, 'large', large)
    proxy.set([{ match: { method: 'GET' }, fault: { kind: 'stall', at: { sixteenths: 8 } } }])
    const controller = new AbortController()
    const { body } = await store.read('large', undefined, { signal: controller.signal })
    const readOn = async () => {
      for await (const chunk of body) if (chunk.length > 0) setTimeout(() => controller.abort(), 50)
    }
    expect((await failure(readOn())).code).toBe('cancelled')
  })

  test('refuses for a while', async () => {
    proxy.set([{ times: 1, fault: { kind: 'answer', status: 429, retryAfter: 3 } }])
    expect(await failure(store.stat('large'))).toMatchObject({ code: 'rate_limited', retryAfter: 3000 })
  })
})

test('connections are used again, and one that the hub has closed meanwhile is replaced', async () => {
  const [, nodeHubStore] = roads[0]
  const store = new Store(nodeHubStore({ hub: proxy.url, token: 'good' }))
  for (let turn = 0; turn < 5; turn += 1) await put(store, `entry-${turn}`)
  expect(proxy.counts.connections).toBe(1)
  proxy.reset()
  for (let turn = 0; turn < 5; turn += 1) await put(store, `entry-${turn}`)
  expect(proxy.counts.connections).toBe(2)
  await store.close()
})
