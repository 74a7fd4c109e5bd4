import { bytesOf, Store, type Upload } from '@gantry/core'
import { startFaultProxy } from '@gantry/testkit/fault-proxy'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { hubStore as fetchHubStore } from './index.ts'
import { failure, get, large, roads, uploadsOf } from './testing/rig.ts'
import { TestHub } from './testing/test-hub.ts'

let hub: TestHub
beforeEach(async () => {
  hub = await TestHub.start()
})
afterEach(async () => await hub.close())

const half = large.length / 2
const partAt = (index: number) => ({ number: index + 1, offset: index * half, size: half })
const bytesAt = (index: number) => bytesOf(large.subarray(index * half, (index + 1) * half))

describe.each(roads)('over %s, an upload', (_, hubStore) => {
  const open = (url = hub.url) => new Store(hubStore({ hub: url, token: 'good', prefix: 'below' }))

  test('goes on in another process, and is whole', async () => {
    const first = open()
    const begun = await uploadsOf(first).begin({ path: 'entry', size: large.length, modified: 1000 })
    const put = await uploadsOf(first).putPart(begun, partAt(0), bytesAt(0))
    await first.close()
    const second = open()
    const upload = JSON.parse(JSON.stringify(begun)) as Upload
    expect(await uploadsOf(second).listParts(upload)).toEqual([put])
    const last = await uploadsOf(second).putPart(upload, partAt(1), bytesAt(1))
    const entry = { path: 'entry', size: large.length, modified: 1000 }
    const stored = await uploadsOf(second).complete(upload, entry, [last, put])
    expect(stored).toMatchObject({ path: 'entry', size: large.length, modified: 1000 })
    expect(Buffer.from(await get(second, 'entry')).equals(large)).toBe(true)
    await second.close()
  })

  test('whose last answer is lost tells the same when it is asked again', async () => {
    const proxy = await startFaultProxy({ target: hub.url })
    const store = open(proxy.url)
    const uploads = uploadsOf(store)
    const upload = await uploads.begin({ path: 'entry', size: large.length })
    const put = [
      await uploads.putPart(upload, partAt(0), bytesAt(0)),
      await uploads.putPart(upload, partAt(1), bytesAt(1)),
    ]
    const entry = { path: 'entry', size: large.length, ifAbsent: true }
    proxy.set([{ match: { path: /complete/u }, fault: { kind: 'lose-answer' } }])
    expect(await failure(uploads.complete(upload, entry, put))).toMatchObject({ code: 'unavailable' })
    proxy.set([])
    const stored = await uploads.complete(upload, entry, put)
    expect(await store.stat('entry')).toMatchObject({ version: stored.version })
    await store.close()
    await proxy.close()
  })

  test('that is not whole, or has a gap, is not completed', async () => {
    const store = open()
    const uploads = uploadsOf(store)
    const upload = await uploads.begin({ path: 'entry', size: large.length })
    const put = await uploads.putPart(upload, partAt(1), bytesAt(1))
    const entry = { path: 'entry', size: large.length }
    expect((await failure(uploads.complete(upload, entry, [put]))).code).toBe('invalid')
    expect((await failure(uploads.complete(upload, entry, []))).code).toBe('integrity')
    await uploads.abort(upload)
    expect((await failure(uploads.listParts(upload))).code).toBe('not_found')
    await store.close()
  })

  test('of a write that fails is given up', async () => {
    const store = open()
    const failing = (async function* () {
      yield* bytesAt(0)
      throw new Error('No.')
    })()
    await failure(store.write({ path: 'entry', size: large.length }, failing))
    await expect.poll(() => hub.unfinished).toBe(0)
    await failure(store.write({ path: 'entry' }, bytesOf(large), { signal: AbortSignal.abort() }))
    expect(await store.find('entry')).toBeUndefined()
    await store.close()
  })

  test('of unknown length is sent part by part', async () => {
    const store = open()
    const long = Buffer.alloc(20_000_001, 'long')
    const body = (async function* () {
      for (let at = 0; at < long.length; at += 999_999) yield long.subarray(at, at + 999_999)
    })()
    expect(await store.write({ path: 'entry' }, body)).toMatchObject({ size: long.length })
    expect(hub.seen.filter((request) => request.includes('/parts/'))).toHaveLength(3)
    expect(Buffer.from(await get(store, 'entry')).equals(long)).toBe(true)
    await store.close()
  })
})

test('a body that goes up piece by piece is told of piece by piece', async () => {
  const store = new Store(fetchHubStore({ hub: hub.url, token: 'good' }))
  const told: number[] = []
  const report = (bytes: number) => void told.push(bytes)
  await store.write({ path: 'entry', size: large.length }, bytesOf(large), { report })
  expect(told.filter((bytes) => bytes > 100_000)).toEqual([2 ** 20, 2 ** 20, large.length - 2 * 2 ** 20])
  await store.close()
})
