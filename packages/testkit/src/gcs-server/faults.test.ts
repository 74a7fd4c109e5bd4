import { expect, test } from 'vitest'

import { closeServersAfterEach, objectUrl, put, startServer, uploadUrl } from './test-rig.ts'

closeServersAfterEach()

const content = 'hello '.repeat(1000)

test('rules: which requests, from which one on, and how many', async () => {
  const server = await startServer()
  const rule = { operation: 'objects.get', object: /^a/u, nth: 2, times: 1 } as const
  const fault = server.fault({ ...rule, does: { kind: 'answer', status: 503, retryAfter: 1 } })
  await put(server, 'a', content)
  const statuses = async () => (await fetch(objectUrl(server, 'a'))).status
  expect([await statuses(), await statuses(), await statuses()]).toEqual([200, 503, 200])
  expect([fault.hits, server.requests['objects.get']]).toEqual([1, 3])
})

test('bytes that are cut, wrong, or flipped in the store', async () => {
  const server = await startServer()
  const read = async () => await (await fetch(objectUrl(server, 'a', '?alt=media'))).text()
  await put(server, 'a', content)
  server.fault({ operation: 'objects.media', does: { kind: 'truncate', bytes: 10 } })
  await expect(read()).rejects.toThrow('terminated')
  server.fault({ operation: 'objects.media', does: { kind: 'flip', what: 'returned', at: 0 } })
  expect(await read()).toBe(`i${content.slice(1)}`)
  server.fault({ operation: 'objects.insert', does: { kind: 'flip', what: 'stored', at: 1 } })
  expect((await put(server, 'a', content, '', { 'x-goog-hash': 'crc32c=AAAAAA==' })).status).toBe(400)
  server.fault({ operation: 'objects.insert', does: { kind: 'flip', what: 'stored', at: 1 } })
  await put(server, 'a', content)
  expect(await read()).toBe(`hd${content.slice(2)}`)
})

test('an answer that is lost: the request has taken effect', async () => {
  const server = await startServer()
  server.fault({ operation: 'objects.insert', does: { kind: 'reset', when: 'after' } })
  await expect(put(server, 'a', content)).rejects.toThrow('fetch failed')
  expect((await fetch(objectUrl(server, 'a'))).status).toBe(200)
})

test('the instructions of Google’s test server, in a header', async () => {
  const server = await startServer()
  await put(server, 'a', content)
  const read = async (instruction: string) =>
    await fetch(objectUrl(server, 'a', '?alt=media'), { headers: { 'x-goog-emulator-instructions': instruction } })
  expect((await read('return-429')).status).toBe(429)
  expect(await (await read('return-corrupted-data')).text()).toBe(`i${content.slice(1)}`)
  await expect((await read('return-broken-stream')).text()).rejects.toThrow('terminated')
  await expect(read('return-reset-connection')).rejects.toThrow('fetch failed')
})

test('an upload that is answered with 503 after 256 KiB has kept them', async () => {
  const server = await startServer()
  const start = await fetch(uploadUrl(server, 'big').replace('media', 'resumable'), { method: 'POST' })
  const uri = start.headers.get('location') ?? ''
  const body = Buffer.alloc(1024 * 1024, 'x')
  const headers = {
    'x-goog-emulator-instructions': 'return-503-after-256K',
    'content-range': `bytes 0-1048575/1048576`,
  }
  // The answer may come while the body is still on its way.
  const status = await fetch(uri, { method: 'PUT', headers, body }).then(
    (answer) => answer.status,
    () => 503,
  )
  expect(status).toBe(503)
  const asked = await fetch(uri, { method: 'PUT', headers: { 'content-range': 'bytes */*' } })
  expect(asked.headers.get('range')).toMatch(/^bytes=0-\d+$/u)
})

test('retry tests: failures in a row for who names the test', async () => {
  const server = await startServer()
  await put(server, 'a', content)
  const body = JSON.stringify({ instructions: { 'storage.objects.get': ['return-503', 'return-reset-connection'] } })
  const { id } = (await (await fetch(`${server.url}/retry_test`, { method: 'POST', body })).json()) as { id: string }
  const read = async () => (await fetch(objectUrl(server, 'a'), { headers: { 'x-retry-test-id': id } })).status
  expect(await read()).toBe(503)
  await expect(read()).rejects.toThrow('fetch failed')
  expect(await read()).toBe(200)
  expect(await (await fetch(`${server.url}/retry_test/${id}`)).json()).toMatchObject({ completed: true })
  expect((await fetch(`${server.url}/retry_test/${id}`, { method: 'DELETE' })).status).toBe(200)
})
