import { createHash } from 'node:crypto'
import { once } from 'node:events'
import {
  Agent,
  createServer,
  type IncomingMessage,
  request,
  type RequestListener,
  type RequestOptions,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { answering, get, numbered, ok, proxyTo, put, send, startRawServer } from './test-rig.ts'

async function startHttpServer(
  listener: (...parameters: Parameters<RequestListener>) => Promise<void>,
): Promise<{ port: number; connections: () => number }> {
  let connections = 0
  const server = createServer((received, answer) => void listener(received, answer))
  server.on('connection', () => (connections += 1))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, connections: () => connections }
}

async function call(options: RequestOptions, write?: (chunk: (bytes: Buffer) => Promise<void>) => Promise<void>) {
  const sent = request({ host: '127.0.0.1', ...options })
  const answered = once(sent, 'response') as Promise<[IncomingMessage]>
  await write?.(async (bytes) => {
    if (!sent.write(bytes)) await once(sent, 'drain')
  })
  sent.end()
  const [answer] = await answered
  const digest = createHash('sha256')
  let length = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    digest.update(chunk)
    length += chunk.length
  }
  return { status: answer.statusCode, length, digest: digest.digest('hex') }
}

const mebibyte = Buffer.from(numbered(1024 * 1024), 'latin1')
const large = createHash('sha256')
for (let count = 0; count < 64; count += 1) large.update(mebibyte)
const largeDigest = large.digest('hex')

describe('a proxy without faults', () => {
  test('passes 64 MiB up and down, with a declared length and in chunks', async () => {
    const upstream = await startHttpServer(async (received, answer) => {
      const digest = createHash('sha256')
      for await (const chunk of received as AsyncIterable<Buffer>) digest.update(chunk)
      answer.setHeader('X-Digest', digest.digest('hex'))
      if (received.url === '/declared') answer.setHeader('Content-Length', 64 * mebibyte.length)
      for (let count = 0; count < 64; count += 1) if (!answer.write(mebibyte)) await once(answer, 'drain')
      answer.end()
    })
    const proxy = await proxyTo(upstream.port)
    for (const path of ['/declared', '/chunked']) {
      const headers = path === '/declared' ? { 'Content-Length': 64 * mebibyte.length } : {}
      const answer = await call({ port: proxy.port, path, method: 'PUT', headers }, async (chunk) => {
        for (let count = 0; count < 64; count += 1) await chunk(mebibyte)
      })
      expect(answer).toStrictEqual({ status: 200, length: 64 * mebibyte.length, digest: largeDigest })
    }
    expect(proxy.injected).toStrictEqual([])
  })

  test('passes 1,000 requests on one connection', async () => {
    const upstream = await startHttpServer(async (received, answer) => {
      const chunks = await received.toArray()
      answer.end(`${received.method} ${received.url} ${Buffer.concat(chunks).toString()}`)
    })
    const proxy = await proxyTo(upstream.port)
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    onTestFinished(() => agent.destroy())
    for (let count = 0; count < 1000; count += 1) {
      const body = Buffer.from(`body ${count}`)
      const method = count % 2 === 0 ? 'GET' : 'PUT'
      const expected = `${method} /${count} ${count % 2 === 0 ? '' : body.toString()}`
      const answer = await call({ port: proxy.port, path: `/${count}`, method, agent }, async (chunk) => {
        if (method === 'PUT') await chunk(body)
      })
      expect(answer.digest).toBe(createHash('sha256').update(expected).digest('hex'))
    }
    expect(upstream.connections()).toBe(1)
    expect(proxy.counts).toMatchObject({ connections: 1, requests: 1000 })
  })

  test.each([
    [
      'oddly written heads',
      'PUT //a%2Fb?x HTTP/1.1\r\nhOsT:s3.Example:7480 \r\nX-A: 1\r\nx-a:  2\r\nContent-length: 2\r\n\r\nhi',
    ],
    [
      'chunks with extensions and trailers',
      'PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n002;a="b"\r\nhi\r\n0\r\nX-T: 1\r\n\r\n',
    ],
    ['two requests at once', `${put('one')}${put('two')}`],
    ['an empty line before a request', `\r\n${get()}`],
    ['an empty head, then a request', `\r\n\r\n${get()}`],
    ['bytes that are no letters', put('\0\xff\r\n\r\n\x80')],
    ['what is not HTTP', 'EHLO example\r\n\r\nQUIT\r\n'],
    ['a request cut short', put('hello').slice(0, -2)],
    ['a head cut short', get().slice(0, -3)],
    ['chunks that are not well formed', 'PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhi\r\n\r\nrest'],
  ])('passes up byte for byte: %s', async (_, bytes) => {
    const upstream = await startRawServer()
    const proxy = await proxyTo(upstream.port)
    send(proxy.port, bytes).socket.end()
    const peer = await upstream.peer(0)
    expect(await peer.outcome).toBe('end')
    expect(peer.text()).toBe(bytes)
    expect(proxy.counts.bytesUp).toBe(bytes.length)
  })

  test.each([
    ['oddly written heads', 'HTTP/1.1 200\r\neTAG:"x"\r\nX-A: 1\r\nx-a:  2\r\nCONTENT-LENGTH: 2\r\n\r\nhi'],
    ['chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n'],
    ['an interim answer', `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${ok('hi')}`],
    ['a body without a length', 'HTTP/1.0 200 OK\r\n\r\nto the end'],
    ['a body cut short', ok('hello').slice(0, -2)],
    ['what is not HTTP', '220 smtp.example\r\n\r\n250 OK\r\n'],
    ['no body, whatever the head says', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\nHTTP/1.1 204 \r\n\r\n'],
    ['nothing', ''],
  ])('passes down byte for byte: %s', async (_, bytes) => {
    const upstream = await startRawServer(async (peer) => {
      await peer.received('\r\n\r\n')
      peer.socket.end(bytes, 'latin1')
    })
    const proxy = await proxyTo(upstream.port)
    const client = send(proxy.port, get())
    expect(await client.outcome).toBe('end')
    expect(client.text()).toBe(bytes)
    expect(proxy.counts.bytesDown).toBe(bytes.length)
  })

  test('knows that answers to HEAD have no body', async () => {
    const head = 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n'
    const upstream = await startRawServer(answering(head, ok('next')))
    // If the next answer were taken for the first one's body, the rule would not see it.
    const proxy = await proxyTo(upstream.port, {
      schedule: [{ match: { method: 'GET' }, fault: { kind: 'reset', at: 2 } }],
    })
    const client = send(proxy.port, get().replace('GET', 'HEAD'))
    await client.received(head.length)
    client.socket.write(get())
    expect(await client.outcome).toBe('ECONNRESET')
    expect(client.text()).toBe(head + ok('next').slice(0, -2))
  })

  test('lets a client wait for 100 Continue', async () => {
    const upstream = await startRawServer(async (peer) => {
      await peer.received('\r\n\r\n')
      peer.socket.write('HTTP/1.1 100 Continue\r\n\r\n')
      await peer.received('hello')
      peer.socket.write(ok('done'))
    })
    const proxy = await proxyTo(upstream.port)
    const head = put('hello').replace('Host', 'Expect: 100-continue\r\nHost').slice(0, -5)
    const client = send(proxy.port, head)
    await client.received('100 Continue\r\n\r\n')
    expect(upstream.peers[0]?.text()).toBe(head)
    client.socket.write('hello')
    await client.received('done')
    expect(client.text()).toBe(`HTTP/1.1 100 Continue\r\n\r\n${ok('done')}`)
  })

  test('passes an answer on that comes before the request is complete', async () => {
    const upstream = await startRawServer(async (peer) => {
      await peer.received('\r\n\r\n')
      peer.socket.write('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno')
    })
    const proxy = await proxyTo(upstream.port)
    const client = send(proxy.port, put('hello').slice(0, -3))
    await client.received('\r\n\r\nno')
    client.socket.write('llo')
    const peer = await upstream.peer(0)
    await peer.received(put('hello').length)
    expect(peer.text()).toBe(put('hello'))
  })

  test('passes an upgraded connection on as bytes', async () => {
    const upstream = await startRawServer(async (peer) => {
      await peer.received('\r\n\r\n')
      peer.socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\n\r\n')
      await peer.received('ping')
      peer.socket.end('pong')
    })
    const proxy = await proxyTo(upstream.port)
    const client = send(proxy.port, 'GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n')
    await client.received('\r\n\r\n')
    client.socket.write('ping')
    expect(await client.outcome).toBe('end')
    expect(client.text()).toMatch(/\r\n\r\npong$/)
  })

  test('passes resets on, from either side, behind what came before', async () => {
    const upstream = await startRawServer(async (peer) => {
      await peer.received('\r\n\r\n')
      if (peer.text().startsWith('GET'))
        peer.socket.write(ok('hello').slice(0, -2), () => peer.socket.resetAndDestroy())
    })
    const proxy = await proxyTo(upstream.port)
    const client = send(proxy.port, get())
    expect(await client.outcome).toBe('ECONNRESET')
    expect(client.text()).toBe(ok('hello').slice(0, -2))

    const leaving = send(proxy.port, put('hello').slice(0, -2))
    const peer = await upstream.peer(1)
    await peer.received(put('hello').length - 2)
    leaving.socket.resetAndDestroy()
    expect(await peer.outcome).toBe('ECONNRESET')
    expect(peer.text()).toBe(put('hello').slice(0, -2))
  })

  test('resets the client of an upstream that is not there', async () => {
    const { port } = await startRawServer()
    const gone = await proxyTo(port)
    await gone.close()
    const proxy = await proxyTo(gone.port)
    expect(await send(proxy.port, get()).outcome).toBe('ECONNRESET')
  })

  test('passes an answer on that nobody asked for, such as 408 on an idle connection', async () => {
    const upstream = await startRawServer(answering(ok('first')))
    const proxy = await proxyTo(upstream.port)
    const client = send(proxy.port, get())
    await client.received('first')
    upstream.peers[0]?.socket.end('HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n')
    expect(await client.outcome).toBe('end')
    expect(client.text()).toBe(`${ok('first')}HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n`)
  })

  test('closes a kept connection when the upstream does', async () => {
    const upstream = await startRawServer(answering(ok('first')))
    const proxy = await proxyTo(upstream.port)
    const client = send(proxy.port, get())
    await client.received('first')
    upstream.peers[0]?.socket.end()
    expect(await client.outcome).toBe('end')
  })

  test('holds back a sender whose receiver does not read', async () => {
    const total = 64 * mebibyte.length
    const upstream = await startRawServer(async (peer) => {
      peer.socket.pause()
      await new Promise<void>((resolve) => void setTimeout(resolve, 300))
      peer.socket.resume()
    })
    const proxy = await proxyTo(upstream.port)
    const client = send(proxy.port, `PUT / HTTP/1.1\r\nContent-Length: ${total}\r\n\r\n`)
    const sending = (async (): Promise<void> => {
      for (let count = 0; count < 64; count += 1) {
        if (!client.socket.write(mebibyte)) await once(client.socket, 'drain')
      }
    })()
    const peer = await upstream.peer(0)
    await once(peer.socket, 'resume')
    // What the operating system's buffers of three sockets hold, and no more.
    expect(client.socket.bytesWritten - client.socket.writableLength).toBeLessThan(total / 2)
    await sending
    await peer.received(total)
    expect(proxy.counts.bytesUp).toBeGreaterThan(total)
  })

  test('refuses a target that it cannot pass to', async () => {
    for (const target of ['https://127.0.0.1:1', 'tcp://127.0.0.1', 'nonsense']) {
      await expect(proxyTo(0, { target } as object)).rejects.toMatchObject({ code: 'invalid' })
    }
  })
})
