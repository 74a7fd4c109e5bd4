import { bytesOf } from '@gantry/core'
import { expect, test } from 'vitest'

import { failure, get, large, list, openStub, put, uploadsOf } from './test-rig.ts'

const page = '<!DOCTYPE html><html><body>Please sign in<br></body></html>'

test.each(['text/html; charset=utf-8', 'application/octet-stream'])(
  'a page to sign in at, of the type %s, is nothing that a storage has',
  async (type) => {
    const store = await openStub(({ method }) => [200, { 'content-type': type }, method === 'HEAD' ? '' : page])
    const said = { code: 'unavailable', message: expect.stringContaining('sign in') }
    expect(await failure(store.stat('entry'))).toMatchObject(said)
    expect(await failure(get(store, 'entry'))).toMatchObject(said)
    expect(await failure(store.read('entry', { start: 1, end: 3 }))).toMatchObject(said)
    expect(await failure(put(store, 'entry'))).toMatchObject(said)
    expect(await failure(list(store))).toMatchObject(said)
    expect(await failure(uploadsOf(store).begin({ path: 'entry', size: large.length }))).toMatchObject(said)
  },
)

test.each([200, 206])('a page with an ETag, with the status %i, is no object, and grants nothing', async (status) => {
  const headers = {
    etag: '"0123456789abcdef0123456789abcdef"',
    'content-type': 'text/html',
    'content-length': String(page.length),
    'content-range': `bytes 1-${page.length}/${page.length + 1}`,
  }
  const store = await openStub(({ method }) => [status, headers, method === 'HEAD' ? '' : page])
  const said = { code: 'unavailable', message: expect.stringContaining('sign in') }
  const upload = { path: 'entry', id: 'upload', started: 0 }
  const part = { number: 1, offset: 0, size: large.length }
  for (const call of [
    async () => await store.stat('entry'),
    async () => await get(store, 'entry'),
    async () => await store.read('entry', { start: 1, end: 3 }),
    async () => await put(store, 'entry'),
    async () => await store.remove('entry'),
    async () => await uploadsOf(store).putPart(upload, part, bytesOf(large)),
    async () => await uploadsOf(store).abort(upload),
  ]) {
    expect(await failure(call())).toMatchObject(said)
  }
})

test('an object that is HTML is one all the same, where the service says more of it', async () => {
  const headers = { etag: '"x"', 'content-type': 'text/html', 'x-amz-request-id': 'request' }
  const store = await openStub(() => [200, { ...headers, 'content-length': String(page.length) }, page])
  expect(Buffer.from(await get(store, 'entry')).toString()).toBe(page)
})
