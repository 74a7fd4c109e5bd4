import { expect, test } from 'vitest'

import { failure, get, openStub, paths, put } from './test-rig.ts'

const page = '<!DOCTYPE html><html><body>Please sign in<br></body></html>'

test.each([200, 206])('a page to sign in at, with the status %i, is nothing that a storage has', async (status) => {
  const headers = {
    'content-type': 'text/html',
    'content-range': `bytes 1-${page.length}/${page.length + 1}`,
    etag: '"1"',
  }
  const store = await openStub(() => [status, { ...headers, 'content-length': String(page.length) }, page])
  const said = { code: 'unavailable', message: expect.stringContaining('sign in') }
  expect(await failure(store.stat('entry'))).toMatchObject(said)
  expect(await failure(get(store, 'entry'))).toMatchObject(said)
  expect(await failure(get(store, 'entry', { start: 1, end: 3 }))).toMatchObject(said)
  expect(await failure(put(store, 'entry'))).toMatchObject(said)
  expect(await failure(paths(store))).toMatchObject(said)
})
