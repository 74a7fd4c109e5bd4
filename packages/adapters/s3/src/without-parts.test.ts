import { bytesOf } from '@gantry/core'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { DoubleRig, failure, get, large, put, uploadsOf } from './test-rig.ts'

const mebibyte = 1024 * 1024
const partSize = 5 * mebibyte
const chunked = () =>
  bytesOf(...Array.from({ length: 6 }, (_, at) => large.subarray(at * mebibyte, (at + 1) * mebibyte)))

let rig: DoubleRig
beforeEach(async () => {
  rig = await DoubleRig.start()
})
afterEach(async () => await rig.close())

/** A service that has no uploads in parts; how often it has said so. */
function lacking(status: number, code: string) {
  return rig.server.fault({
    operation: 'CreateMultipartUpload',
    times: Infinity,
    does: { kind: 'answer', status, code },
  })
}

test.each([
  [501, 'NotImplemented'],
  [405, 'MethodNotAllowed'],
])('what has begun to come for parts that the service refuses with %i goes by one PUT', async (status, code) => {
  const refused = lacking(status, code)
  const store = rig.open({ partSize })
  expect(await store.write({ path: 'entry', size: large.length }, chunked())).toMatchObject({ size: large.length })
  expect(Buffer.from(await get(store, 'entry')).equals(large)).toBe(true)
  const { hits } = refused
  expect(hits).toBeGreaterThan(0)
  await store.write({ path: 'second', size: large.length }, chunked())
  expect(Buffer.from(await get(store, 'second')).equals(large)).toBe(true)
  expect(refused.hits).toBe(hits)
  // What may be longer than one PUT takes is not begun.
  expect(await failure(store.write({ path: 'endless' }, chunked()))).toMatchObject({ code: 'unsupported' })
  await put(store, 'short')
})

test('an upload that cannot be begun is to be tried again, and the store has no such uploads any more', async () => {
  const refused = lacking(501, 'NotImplemented')
  const store = rig.open()
  const uploads = uploadsOf(store)
  const tooLong = { path: 'entry', size: 6 * 1024 ** 3 }
  expect(await failure(uploads.begin({ path: 'entry', size: large.length }))).toMatchObject({
    code: 'unavailable',
    retryable: true,
  })
  expect(store.uploads).toBeUndefined()
  expect(store.abilities.resumable).toBeUndefined()
  const { hits } = refused
  expect(await failure(uploads.begin({ path: 'entry', size: large.length }))).toMatchObject({ code: 'unsupported' })
  expect(refused.hits).toBe(hits)
  const other = uploadsOf(rig.open())
  expect(await failure(other.begin(tooLong))).toMatchObject({ code: 'unsupported', retryable: false })
})

test('what fails for another reason teaches nothing', async () => {
  rig.server.fault({
    operation: 'CreateMultipartUpload',
    times: 9,
    does: { kind: 'answer', status: 403, code: 'AccessDenied' },
  })
  const store = rig.open({ partSize })
  const failed = await failure(store.write({ path: 'entry', size: large.length }, chunked()))
  expect(failed).toMatchObject({ code: 'permission_denied' })
  expect(store.uploads).toBeDefined()
})
