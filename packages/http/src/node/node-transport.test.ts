import { once } from 'node:events'
import { gzipSync } from 'node:zlib'

import { bytesOf, collect, toCall } from '@gantry/core/driver'
import { afterEach, expect, test } from 'vitest'

import { startServer, type TestServer } from '../testing/server.ts'
import type { Transport } from '../transport.ts'
import { nodeTransport } from './node-transport.ts'

const call = toCall()
const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

async function rig(...[listener, options]: Parameters<typeof startServer>): Promise<[TestServer, Transport]> {
  const server = await startServer(listener, options)
  const transport = nodeTransport({ service: 'The test', environment: {} })
  open.push(transport, server)
  return [server, transport]
}

async function get(transport: Transport, url: string): Promise<string> {
  const { body } = await transport.send({ method: 'GET', url, headers: {} }, call)
  return Buffer.from(await collect(body)).toString()
}

test('connections that are kept are used again', async () => {
  const [server, transport] = await rig((_, response) => {
    response.setHeader('keep-alive', 'timeout=60').end('hello')
  })
  for (let turn = 0; turn < 100; turn += 1) expect(await get(transport, server.url)).toBe('hello')
  expect(server.counts.connections).toBe(1)
})

test('a connection is ended before the service is about to close it', async () => {
  const closed: Promise<unknown>[] = []
  // This one closes nothing by itself.
  const options = { keepAliveTimeout: 0 }
  const [server, transport] = await rig(({ socket }, response) => {
    closed.push(once(socket, 'close'))
    response.setHeader('keep-alive', 'timeout=1').end('hello')
  }, options)
  await get(transport, server.url)
  await closed[0]
  await get(transport, server.url)
  expect(server.counts.connections).toBe(2)
})

test('a hundred at a time are a hundred connections, which are all kept', async () => {
  const waiting: (() => void)[] = []
  const [server, transport] = await rig((_, response) => {
    waiting.push(() => response.end('hello'))
    if (waiting.length === 100) for (const answer of waiting.splice(0)) answer()
  })
  for (const round of [1, 2]) {
    expect(round).toBeGreaterThan(0)
    await Promise.all(Array.from({ length: 100 }, async () => await get(transport, server.url)))
  }
  expect(server.counts.connections).toBe(100)
})

test('a kept connection that was closed meanwhile is replaced, for what may be sent twice', async () => {
  const [server, transport] = await rig((_, response) => void response.end('hello'))
  await get(transport, server.url)
  server.closeIdle()
  expect(await get(transport, server.url)).toBe('hello')
  expect(server.counts.connections).toBe(2)
})

test('a body of unknown length is sent as it comes; one that fails does not arrive as a shorter one', async () => {
  const seen: { length?: string | undefined; text: string; whole: boolean }[] = []
  const [server, transport] = await rig((request, response) => {
    const one = { length: request.headers['content-length'], text: '', whole: false }
    seen.push(one)
    request.on('data', (chunk) => (one.text += String(chunk)))
    request.on('end', () => {
      one.whole = true
      response.end('ok')
    })
  })
  const send = async (bytes: AsyncIterable<Uint8Array>) => {
    const answer = await transport.send({ method: 'POST', url: server.url, headers: {}, body: { bytes } }, call)
    await collect(answer.body)
  }
  await send(bytesOf(Buffer.from('hello '), Buffer.from('world')))
  expect(seen).toEqual([{ length: undefined, text: 'hello world', whole: true }])
  const failing = (async function* () {
    yield Buffer.from('hello ')
    throw new Error('The source failed.')
  })()
  await expect(send(failing)).rejects.toThrow('The source failed.')
  await expect.poll(() => seen[1]?.text ?? 'hello ').toBe('hello ')
  expect(seen[1]?.whole ?? false).toBe(false)
})

test('answers are asked for without compression, and refused with it', async () => {
  const [server, transport] = await rig((request, response) => {
    if (request.url === '/asks') response.end(request.headers['accept-encoding'])
    else response.setHeader('content-encoding', 'gzip').end(gzipSync('hello'))
  })
  expect(await get(transport, `${server.url}/asks`)).toBe('identity')
  await expect(get(transport, server.url)).rejects.toMatchObject({
    code: 'unsupported',
    message: expect.stringContaining('The test, or a proxy'),
  })
})

test('what is not on this machine is asked for through the proxy of the environment', async () => {
  const [proxy] = await rig((request, response) => void response.end(request.url))
  const transport = nodeTransport({ environment: { http_proxy: proxy.url, no_proxy: 'near.test' } })
  open.push(transport)
  expect(await get(transport, 'http://pacs.test/studies')).toBe('http://pacs.test/studies')
  expect(await get(transport, `${proxy.url}/studies`)).toBe('/studies')
})

test('an abort ends the wait for an answer', async () => {
  const controller = new AbortController()
  const [server, transport] = await rig(() => controller.abort())
  const sent = transport.send({ method: 'GET', url: server.url, headers: {} }, { signal: controller.signal })
  await expect(sent).rejects.toMatchObject({ code: 'cancelled' })
})

test.each([
  ['its length', 'Content-Length: 2\r\n\r\nok', false],
  ['its chunks', 'Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n', false],
  ['the connection', '\r\nok', true],
])('says whether an answer ends with %s', async (_name, rest, endsWithConnection) => {
  const [server, transport] = await rig(({ socket }) => void socket.end(`HTTP/1.1 200 OK\r\n${rest}`))
  const answer = await transport.send({ method: 'GET', url: server.url, headers: {} }, call)
  expect(answer.endsWithConnection).toBe(endsWithConnection)
  expect(Buffer.from(await collect(answer.body)).toString()).toBe('ok')
})
