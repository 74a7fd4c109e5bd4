import { inspect } from 'node:util'

import { bytesOf } from '@gantry/core'
import type { GcsFaultRule } from '@gantry/testkit/gcs-server'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { failure, get, hello, large, paths, put, putParts, Rig, uploadsOf } from './test-rig.ts'

const chunkSize = 1024 * 1024

let rig: Rig
beforeEach(async () => {
  rig = await Rig.start()
})
afterEach(async () => await rig.close())

describe('bytes that are not the ones that were promised', () => {
  test('a bit that flips in the store, or on the way down', async () => {
    const store = rig.open()
    await put(store, 'entry', large)
    rig.server.fault({ operation: 'objects.media', does: { kind: 'flip', what: 'returned', at: 4_000_000 } })
    expect(await failure(get(store, 'entry'))).toMatchObject({ code: 'integrity', retryable: true })
    expect((await get(store, 'entry')).equals(large)).toBe(true)
    rig.server.fault({ operation: 'objects.insert', does: { kind: 'flip', what: 'stored', at: 0 } })
    await put(store, 'entry')
    expect((await failure(get(store, 'entry'))).code).toBe('integrity')
    expect(await get(rig.open({ verifyReads: false }), 'entry')).toHaveLength(5)
  })

  test('a body that ends early, honestly or not', async () => {
    const store = rig.open()
    await put(store, 'entry', large)
    rig.server.fault({ operation: 'objects.media', does: { kind: 'truncate', bytes: 1_000_000 } })
    expect(await failure(get(store, 'entry'))).toMatchObject({ code: 'unavailable', retryable: true })
    rig.server.fault({ operation: 'objects.media', does: { kind: 'truncate', bytes: 1_000_000, silently: true } })
    expect(await failure(get(store, 'entry'))).toMatchObject({ code: 'integrity' })
  })

  test('a promise that is wrong is told before anything is stored, by chunks too', async () => {
    const wrong = { digests: { crc32c: '00000000' } }
    for (const store of [rig.open(), rig.open({ chunkSize })]) {
      expect((await failure(put(store, 'entry', large, wrong))).code).toBe('integrity')
      expect((await failure(put(store, 'entry', large, { digests: { md5: '0'.repeat(32) } }))).code).toBe('integrity')
      expect(await paths(store)).toEqual([])
    }
  })
})

describe('a body that goes chunk by chunk', () => {
  test.each<[string, GcsFaultRule]>([
    [
      'a chunk breaks off',
      { operation: 'uploads.put', nth: 3, does: { kind: 'reset', when: 'request-body', bytes: 600_000 } },
    ],
    ['the answer to a chunk is lost', { operation: 'uploads.put', nth: 3, does: { kind: 'reset', when: 'after' } }],
    [
      'the answer to the last chunk is lost',
      { operation: 'uploads.put', nth: 6, does: { kind: 'reset', when: 'after' } },
    ],
    ['the service is busy for a while', { operation: 'uploads.put', nth: 2, does: { kind: 'answer', status: 503 } }],
    [
      'the service takes a part of a chunk',
      { operation: 'uploads.put', nth: 2, does: { kind: 'answer-midway', status: 503, bytes: 300_000 } },
    ],
  ])('goes on where it stood: %s', async (_, rule) => {
    const store = rig.open({ chunkSize })
    const fault = rig.server.fault(rule)
    const entry = await put(store, 'entry', large)
    expect([fault.hits, entry.size]).toEqual([1, large.length])
    expect((await get(store, 'entry')).equals(large)).toBe(true)
    expect(rig.server.requests['uploads.start']).toBe(1)
  })

  test('whose upload the service has forgotten is to be sent again', async () => {
    const store = rig.open({ chunkSize })
    rig.server.fault({ operation: 'uploads.put', nth: 2, times: Infinity, does: { kind: 'answer', status: 410 } })
    const error = await failure(put(store, 'entry', large))
    expect(error).toMatchObject({ code: 'unavailable', message: expect.stringContaining('has lost') })
    expect(await paths(store)).toEqual([])
  })

  test('never shows the URI that writes without credentials', async () => {
    const store = rig.open({ chunkSize })
    rig.server.fault({ operation: 'uploads.put', times: Infinity, does: { kind: 'answer', status: 503 } })
    const error = await failure(put(store, 'entry', large))
    expect(error.code).toBe('unavailable')
    expect(inspect(error, { depth: 10 })).not.toMatch(/upload_id|Bearer|good/u)
    await expect.poll(() => rig.server.requests['uploads.cancel']).toBe(1)
    // Nor do uploads that a journal keeps hold one.
    const upload = await uploadsOf(store).begin({ path: 'entry' })
    const url = `${rig.server.url}/gantry/entry?uploadId=${upload.id}&partNumber=1`
    expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBe(401)
  })

  test('of unknown length, and empty', async () => {
    const store = rig.open({ chunkSize })
    const stored = await store.write({ path: 'entry' }, bytesOf(large.subarray(0, 3 * chunkSize)))
    expect(stored.size).toBe(3 * chunkSize)
    expect((await store.write({ path: 'empty' }, bytesOf())).size).toBe(0)
    expect(await get(store, 'empty')).toHaveLength(0)
  })
})

describe('answers that are lost', () => {
  test.each([{}, { ifAbsent: true }])('complete answers the same when it is asked again: %j', async (more) => {
    const store = rig.open()
    const { uploads, entry, upload, parts } = await putParts(store, more)
    rig.server.fault({ operation: 'multipart.complete', does: { kind: 'reset', when: 'after' } })
    expect(await failure(uploads.complete(upload, entry, parts))).toMatchObject({ code: 'unavailable' })
    const stored = await uploads.complete(upload, entry, parts)
    expect(stored.size).toBe(large.length)
    // Also by another process, which knows nothing but what was journalled.
    expect(await uploadsOf(rig.open()).complete(upload, entry, parts)).toEqual(stored)
    expect((await get(store, 'entry')).equals(large)).toBe(true)
    expect(await paths(store)).toEqual(['entry'])
  })

  test('of the copy that puts an upload in its place', async () => {
    const { uploads, entry, upload, parts } = await putParts(rig.open(), { ifAbsent: true })
    rig.server.fault({ operation: 'objects.rewrite', does: { kind: 'reset', when: 'after' } })
    expect(await failure(uploads.complete(upload, entry, parts))).toMatchObject({ code: 'unavailable' })
    const left: string[] = []
    for await (const { path } of uploads.unfinished()) left.push(path)
    expect(left).toEqual(['entry'])
    expect((await uploads.complete(upload, entry, parts)).size).toBe(large.length)
    for await (const one of uploads.unfinished()) expect(one).toBeUndefined()
  })

  test('a page of a list is asked for again', async () => {
    const store = rig.open()
    await put(store, 'entry')
    rig.server.fault({ operation: 'objects.list', times: 2, does: { kind: 'answer', status: 500 } })
    expect(await paths(store)).toEqual(['entry'])
    rig.server.fault({ operation: 'objects.list', does: { kind: 'reset', when: 'before' } })
    expect(await paths(store)).toEqual(['entry'])
  })
})

test('what nobody else repeats is asked for again', async () => {
  const store = rig.open()
  await put(store, 'entry')
  rig.server.fault({ operation: 'objects.get', times: 2, does: { kind: 'answer', status: 503 } })
  expect((await store.stat('entry')).path).toBe('entry')
  rig.server.fault({ operation: 'objects.delete', times: 2, does: { kind: 'answer', status: 503 } })
  await store.remove('entry')
  expect((await failure(store.stat('entry'))).code).toBe('not_found')
})

describe('uploads in parts that hold to a condition', () => {
  test('one of four that race wins, and the others leave nothing', async () => {
    const store = rig.open()
    const racers = await Promise.all(Array.from({ length: 4 }, async () => await putParts(store, { ifAbsent: true })))
    const ended = await Promise.allSettled(
      racers.map(async ({ uploads, upload, entry, parts }) => await uploads.complete(upload, entry, parts)),
    )
    expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const reasons = ended.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
    for (const reason of reasons) expect(reason).toMatchObject({ code: 'already_exists' })
    for await (const one of uploadsOf(store).unfinished()) expect(one).toBeUndefined()
    expect((await rig.ask('/storage/v1/b/gantry/o')) as { items: unknown[] }).toMatchObject({
      items: [{ name: 'entry' }],
    })
  })

  test('of a version', async () => {
    const store = rig.open()
    const { version = '' } = await put(store, 'entry')
    const { uploads, upload, entry, parts } = await putParts(store, { ifVersion: version })
    const late = await putParts(store, { ifVersion: version })
    await uploads.complete(upload, entry, parts)
    expect((await failure(late.uploads.complete(late.upload, late.entry, late.parts))).code).toBe('precondition_failed')
    expect((await get(store, 'entry')).equals(large)).toBe(true)
  })

  test('must be told of it when they begin', async () => {
    const store = rig.open()
    const { uploads, upload, entry, parts } = await putParts(store)
    const error = await failure(uploads.complete(upload, { ...entry, ifAbsent: true }, parts))
    expect(error.code).toBe('unsupported')
  })
})

test('a class of a large object is changed step by step', async () => {
  const store = rig.open()
  await put(store, 'entry', hello, { contentType: 'application/dicom', modified: 1000 })
  const moved = await store.setTier('entry', 'ARCHIVE')
  expect(moved).toMatchObject({ tier: 'ARCHIVE', contentType: 'application/dicom', modified: 1000, size: 5 })
})
