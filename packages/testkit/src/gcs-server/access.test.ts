import { Storage } from '@google-cloud/storage'
import { expect, test } from 'vitest'

import { ask, closeServersAfterEach, objectUrl, put, reasonOf, startServer } from './test-rig.ts'

closeServersAfterEach()

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })

test('tokens: none, an unknown one, one that may not, and one that may', async () => {
  const buckets = ['bucket', { name: 'open', public: true }]
  const server = await startServer({
    buckets,
    tokens: ['all', { token: 'reads', permissions: ['storage.objects.get'] }],
  })
  const url = objectUrl(server, 'a')
  expect((await ask(url)).told.error).toMatchObject({
    code: 401,
    message: expect.stringContaining('Anonymous caller does not have storage.objects.get access'),
    errors: [{ domain: 'global', reason: 'required' }],
  })
  expect(await reasonOf(ask(url, bearer('who')))).toBe('authError')
  expect((await put(server, 'a', 'hello', '', bearer('all').headers)).status).toBe(200)
  expect((await ask(url, bearer('reads'))).status).toBe(200)
  const { status, told } = await put(server, 'a', 'hello', '', bearer('reads').headers)
  expect(status).toBe(403)
  expect(told.error?.message).toContain("Permission 'storage.objects.create' denied on resource")
  const open = url.replace('/bucket/', '/open/')
  expect((await ask(open)).status).toBe(404)
  expect((await ask(open, { method: 'DELETE' })).status).toBe(401)
  expect(await (await fetch(`${server.url}/bucket/a`)).text()).toContain('<Code>AuthenticationRequired</Code>')
})

test('signed URLs of Google’s library: for what was signed, and until then', async () => {
  let now = Date.now()
  const server = await startServer({ tokens: ['all'], now: () => now })
  await put(server, 'folder/ü ?', 'hello', '', bearer('all').headers)
  const storage = new Storage({
    apiEndpoint: server.url,
    credentials: await server.serviceAccountKey(),
    projectId: 'p',
  })
  const [url] = await storage
    .bucket('bucket')
    .file('folder/ü ?')
    .getSignedUrl({ version: 'v4', action: 'read', expires: now + 60_000 })
  expect(await (await fetch(url)).text()).toBe('hello')
  expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBe(403)
  expect((await fetch(url.replace('folder', 'other'))).status).toBe(403)
  now += 61_000
  expect(await (await fetch(url)).text()).toContain('ExpiredToken')
})
