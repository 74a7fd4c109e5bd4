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
