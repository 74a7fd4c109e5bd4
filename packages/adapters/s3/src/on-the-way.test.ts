import { expect, test } from 'vitest'

import { failure, get, large, list, openStub, put, uploadsOf } from './test-rig.ts'

const page = '<!DOCTYPE html><html><body>I am a proxy<br></body></html>'
const moved = (region = '') =>
  `<?xml version="1.0"?><Error><Code>PermanentRedirect</Code><Endpoint>bucket.s3.example.org</Endpoint>${region}</Error>`

test.each([
  [301, {}, moved(), 'permission_denied', 'elsewhere'],
  [301, {}, '', 'permission_denied', 'elsewhere'],
  [302, { location: 'https://127.0.0.1:1/' }, page, 'permission_denied', 'http or https'],
  [308, { location: 'https://127.0.0.1:1/' }, '', 'permission_denied', 'elsewhere'],
  [407, { 'proxy-authenticate': 'Basic' }, page, 'unauthenticated', 'The proxy wants'],
  [413, { 'content-type': 'text/html' }, page, 'invalid', 'smaller part size'],
  [418, { 'content-type': 'text/html' }, page, 'unavailable', 'not one of a service that speaks S3'],
  [400, { 'content-type': 'text/html' }, page, 'unavailable', '(400)'],
] as const)(
  '%i %o %s is %s, on every road, and not tried for every object',
  async (status, headers, body, code, words) => {
    let asked = 0
    const store = await openStub(({ method }) => {
      asked += 1
      return [status, headers, method === 'HEAD' ? '' : body]
    })
    const said = { code, retryable: false, message: expect.stringContaining(words) as string }
    for (const call of [
      async () => await put(store, 'entry'),
      async () => await put(store, 'entry', large),
      async () => await get(store, 'entry'),
      async () => await list(store),
      async () => await store.remove('entry'),
      async () => await uploadsOf(store).begin({ path: 'entry', size: large.length }),
    ]) {
      asked = 0
      expect(await failure(call())).toMatchObject(said)
      // What may pass is asked for again at once, where nobody else would.
      expect(asked).toBeLessThanOrEqual(code === 'unavailable' ? 3 : 1)
    }
  },
)

test.each([
  [301, 'permission_denied', 'elsewhere'],
  [407, 'unauthenticated', 'The proxy wants'],
] as const)('an answer to HEAD has no words, and its status says as much: %i', async (status, code, words) => {
  const store = await openStub(() => [status])
  expect(await failure(store.stat('entry'))).toMatchObject({ code, message: expect.stringContaining(words) })
})
