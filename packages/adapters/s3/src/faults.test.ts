import { bytesOf, type StoreUploads } from '@gantry/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { DoubleRig, failure, get, hello, large, list, put, uploadsOf } from './test-rig.ts'

let rig: DoubleRig
beforeEach(async () => {
  rig = await DoubleRig.start()
})
afterEach(async () => await rig.close())

describe('bytes that are not the ones that were promised', () => {
  test('a bit that flips in the store, or on the way down', async () => {
    const store = rig.open()
    await put(store, 'entry', large)
    rig.server.fault({ operation: 'GetObject', does: { kind: 'flip', what: 'returned', at: 4_000_000 } })
    expect(await failure(get(store, 'entry'))).toMatchObject({ code: 'integrity', retryable: true })
    expect(Buffer.from(await get(store, 'entry')).equals(large)).toBe(true)
    rig.server.fault({ operation: 'PutObject', does: { kind: 'flip', what: 'stored', at: 0 } })
    await put(store, 'entry')
    expect((await failure(get(store, 'entry'))).code).toBe('integrity')
    const trusting = rig.open({ verifyReads: false })
    expect(await get(trusting, 'entry')).toHaveLength(5)
  })

  test('a body that ends early, honestly or not', async () => {
    const store = rig.open()
    await put(store, 'entry', large)
    rig.server.fault({ operation: 'GetObject', does: { kind: 'truncate', bytes: 1_000_000 } })
    expect(await failure(get(store, 'entry'))).toMatchObject({ code: 'unavailable', retryable: true })
    rig.server.fault({ operation: 'GetObject', does: { kind: 'truncate', bytes: 1_000_000, silently: true } })
    expect(await failure(get(store, 'entry'))).toMatchObject({ code: 'integrity' })
  })

  test('parts that do not make up the whole', async () => {
    const store = rig.open()
    const uploads = uploadsOf(store)
    rig.server.fault({ operation: 'UploadPart', nth: 2, does: { kind: 'flip', what: 'stored', at: 1 } })
    const upload = await uploads.begin({ path: 'entry' })
    const half = 5 * 1024 * 1024
    const parts = [
      await uploads.putPart(upload, { number: 1, offset: 0, size: half }, bytesOf(large.subarray(0, half))),
      await uploads.putPart(upload, { number: 2, offset: half, size: 5 }, bytesOf(hello)),
    ]
    await uploads.complete(upload, { path: 'entry', size: half + 5 }, parts)
    expect((await failure(get(store, 'entry'))).code).toBe('integrity')
  })
})

describe('answers that are lost', () => {
  const half = 5 * 1024 * 1024
  async function putParts(uploads: StoreUploads, more: { ifAbsent?: boolean } = {}) {
    const entry = { path: 'entry', size: half + 5, ...more }
    const upload = await uploads.begin(entry)
    const parts = [
      await uploads.putPart(upload, { number: 1, offset: 0, size: half }, bytesOf(large.subarray(0, half))),
      await uploads.putPart(upload, { number: 2, offset: half, size: 5 }, bytesOf(hello)),
    ]
    return { entry, upload, parts }
  }

  test.each([{}, { ifAbsent: true }])('complete answers the same when it is asked again: %j', async (more) => {
    const uploads = uploadsOf(rig.open())
    const { entry, upload, parts } = await putParts(uploads, more)
    rig.server.fault({ operation: 'CompleteMultipartUpload', does: { kind: 'reset', when: 'after' } })
    expect(await failure(uploads.complete(upload, entry, parts))).toMatchObject({ code: 'unavailable' })
    const stored = await uploads.complete(upload, entry, parts)
    expect(stored.size).toBe(half + 5)
    // Also by another process, which knows nothing but what was journalled.
    expect(await uploadsOf(rig.open()).complete(upload, entry, parts)).toEqual(stored)
  })

  test('another object at that path is no answer', async () => {
    const store = rig.open()
    const uploads = uploadsOf(store)
    const { entry, upload, parts } = await putParts(uploads)
    await uploads.complete(upload, entry, parts)
    await put(store, 'entry', Buffer.alloc(half + 5))
    expect((await failure(uploads.complete(upload, entry, parts))).code).toBe('not_found')
  })

  test('a page of a list is asked for again', async () => {
    const store = rig.open()
    await put(store, 'entry')
    rig.server.fault({
      operation: 'ListObjectsV2',
      times: 2,
      does: { kind: 'answer', status: 500, code: 'InternalError' },
    })
    expect(await list(store)).toHaveLength(1)
    rig.server.fault({ operation: 'ListObjectsV2', does: { kind: 'reset', when: 'before' } })
    expect(await list(store)).toHaveLength(1)
  })

  test('what nobody else repeats waits as it is told to', async () => {
    const store = rig.open()
    await put(store, 'entry')
    const slow = { kind: 'answer', status: 503, code: 'SlowDown', retryAfter: 0 } as const
    rig.server.fault({ operation: 'HeadObject', times: 2, does: slow })
    expect((await store.stat('entry')).size).toBe(5)
    rig.server.fault({ operation: 'DeleteObject', times: 2, does: slow })
    await store.remove('entry')
    expect((await failure(store.stat('entry'))).code).toBe('not_found')
  })

  test('two conditional writes that meet are tried again', async () => {
    const store = rig.open()
    const conflict = { kind: 'answer', status: 409, code: 'ConditionalRequestConflict' } as const
    rig.server.fault({ operation: 'PutObject', does: conflict })
    await store.write({ path: 'entry', size: 5, ifAbsent: true }, bytesOf(hello))
    rig.server.fault({ operation: 'PutObject', times: 2, does: conflict })
    const error = await failure(store.write({ path: 'other', size: 5, ifAbsent: true }, bytesOf(hello)))
    expect(error).toMatchObject({ code: 'unavailable', retryable: true })
  })
})
