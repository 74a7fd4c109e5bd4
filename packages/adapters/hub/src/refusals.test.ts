import { bytesOf, createAccessTokens, Store } from '@gantry/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { failure, get, hello, large, list, put, roads, uploadsOf } from './testing/rig.ts'
import { TestHub } from './testing/test-hub.ts'

let hub: TestHub
beforeEach(async () => {
  hub = await TestHub.start()
})
afterEach(async () => await hub.close())

/** Tokens `t1`, `t2`, …, of which the hub takes those that it is told to. */
function counted() {
  const state = { fetches: 0 }
  const fetch = async () => ({ token: `t${(state.fetches += 1)}`, expires: Date.now() + 3_600_000 })
  return { state, tokens: createAccessTokens({ fetch, now: Date.now, limit: () => AbortSignal.timeout(30_000) }) }
}

describe.each(roads)('over %s', (_, hubStore) => {
  test('a token that is refused is replaced once, and the call done', async () => {
    const { state, tokens } = counted()
    hub.tokens.add('t2')
    const store = new Store(hubStore({ hub: hub.url, tokens }))
    await put(store, 'entry')
    expect(state.fetches).toBe(2)
    expect(hub.seen).toEqual(['PUT /v1/objects/entry', 'PUT /v1/objects/entry'])
    expect(await get(store, 'entry')).toEqual(new Uint8Array(hello))
    expect(state.fetches).toBe(2)
    await store.close()
  })

  test('a token that no hub takes is tried twice and no more', async () => {
    const { state, tokens } = counted()
    const store = new Store(hubStore({ hub: hub.url, tokens }))
    expect(await failure(store.stat('entry'))).toMatchObject({ code: 'unauthenticated', retryable: false })
    expect(state.fetches).toBe(2)
    await store.close()
  })

  test('what is not allowed is not tried with another token', async () => {
    const store = new Store(hubStore({ hub: hub.url, token: 'denied' }))
    expect(await failure(store.stat('entry'))).toMatchObject({ code: 'permission_denied', retryable: false })
    expect(await failure(put(store, 'entry'))).toMatchObject({ code: 'permission_denied' })
    expect(hub.seen).toHaveLength(2)
    await store.close()
  })

  test.each([
    [429, { 'retry-after': '7' }, { code: 'rate_limited', retryable: true, retryAfter: 7000 }],
    [503, { 'retry-after': '2' }, { code: 'unavailable', retryable: true, retryAfter: 2000 }],
    [500, {}, { code: 'unavailable', retryable: true }],
    [502, {}, { code: 'unavailable', retryable: true }],
    [507, {}, { code: 'read_only', retryable: false }],
    [413, {}, { code: 'invalid', retryable: false }],
    [422, {}, { code: 'integrity', retryable: true }],
  ] as const)('%i %j', async (status, headers, expected) => {
    const store = new Store(hubStore({ hub: hub.url, token: 'good' }))
    hub.instead.push(() => new Response('<html>', { status, headers }))
    expect(await failure(put(store, 'entry'))).toMatchObject(expected)
    await store.close()
  })

  test('a page of a list is asked for again', async () => {
    const store = new Store(hubStore({ hub: hub.url, token: 'good' }))
    await put(store, 'entry')
    hub.instead.push(...[503, 429].map((status) => () => new Response('', { status })))
    expect(await list(store)).toHaveLength(1)
    hub.instead.push(() => new Response('', { status: 429, headers: { 'retry-after': '60' } }))
    expect(await failure(list(store))).toMatchObject({ code: 'rate_limited', retryAfter: 60_000 })
    await store.close()
  })

  test.each([
    ['a page that asks to sign in', () => new Response('<html>Sign in</html>')],
    ['an answer of another shape', () => Response.json({ hello: 'world' })],
  ])('%s is none of a hub', async (_name, answer) => {
    const store = new Store(hubStore({ hub: hub.url, token: 'good' }))
    for (const call of [() => put(store, 'entry'), () => get(store, 'entry'), () => store.stat('entry')]) {
      hub.instead.push(answer)
      expect((await failure(call())).code).toBe('unavailable')
    }
    await store.close()
  })

  test('bytes that the hub keeps otherwise, or sends otherwise, are found out', async () => {
    const store = new Store(hubStore({ hub: hub.url, token: 'good' }))
    const { size, version, modified } = await put(store, 'entry')
    const object = { path: 'entry', size, version, modified, digests: { crc32: '00000000' } }
    hub.instead.push(() => Response.json(object, { status: 201 }))
    expect((await failure(put(store, 'entry'))).code).toBe('integrity')
    const headers = { etag: '"1"', 'gantry-crc32': '00000000', 'content-length': '5' }
    hub.instead.push(() => new Response(hello, { headers }))
    expect((await failure(get(store, 'entry'))).code).toBe('integrity')
    const trusting = new Store(hubStore({ hub: hub.url, token: 'good', verifyReads: false }))
    hub.instead.push(() => new Response(hello, { headers }))
    expect(await get(trusting, 'entry')).toHaveLength(5)
    await Promise.all([store.close(), trusting.close()])
  })

  test('a hub that is not there', async () => {
    const store = new Store(hubStore({ hub: 'http://127.0.0.1:9', token: 'good' }))
    expect(await failure(store.stat('entry'))).toMatchObject({ code: 'unavailable', retryable: true })
    await store.close()
  })
})

describe('a stream, which cannot be sent twice', () => {
  const [, nodeHubStore] = roads[0]
  const putPart = async (store: Store, id = 'some') =>
    await uploadsOf(store).putPart({ path: 'entry', id }, { number: 1, offset: 0, size: large.length }, bytesOf(large))

  test('whose token never served fails for good', async () => {
    const store = new Store(nodeHubStore({ hub: hub.url, token: 'bad' }))
    expect(await failure(putPart(store))).toMatchObject({ code: 'unauthenticated', retryable: false })
    await store.close()
  })

  test('whose token has ended is to be tried again, and then has a new one', async () => {
    const { tokens } = counted()
    hub.tokens.add('t1')
    const store = new Store(nodeHubStore({ hub: hub.url, tokens }))
    const { id } = await uploadsOf(store).begin({ path: 'entry', size: large.length })
    hub.tokens.delete('t1')
    hub.tokens.add('t2')
    expect(await failure(putPart(store, id))).toMatchObject({ code: 'unauthenticated', retryable: true })
    expect(await putPart(store, id)).toMatchObject({ number: 1, size: large.length })
    await store.close()
  })
})
