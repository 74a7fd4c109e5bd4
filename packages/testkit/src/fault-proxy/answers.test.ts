import { describe, expect, test } from 'vitest'
import { answering, get, numbered, ok, proxyTo, put, send, startRawServer } from './test-rig.ts'

const body = numbered(100_000)

describe('answer', () => {
  test('503 with Retry-After; the upstream sees nothing, and the connection serves the next request', async () => {
    const upstream = await startRawServer(answering(ok('real')))
    const fault = { kind: 'answer', status: 503, retryAfter: 7, body: '<Error/>', headers: { 'X-A': 'b' } } as const
    const proxy = await proxyTo(upstream.port, { schedule: [{ match: { nth: 1 }, fault }] })
    const client = send(proxy.port, put(body) + put('again'))
    await client.received('real')
    const answer = 'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 8\r\nX-A: b\r\nRetry-After: 7\r\n\r\n<Error/>'
    expect(client.text()).toBe(answer + ok('real'))
    expect(upstream.peers.map((peer) => peer.text())).toStrictEqual([put('again')])
    const about = { connection: 1, request: 1, method: 'PUT', path: '/bucket/key' }
    expect(proxy.injected).toStrictEqual([{ kind: 'answer', rule: 0, ...about }])
  })

  test('429 to HEAD, with a date, without a body', async () => {
    const retryAfter = 'Wed, 21 Oct 2015 07:28:00 GMT'
    const fault = { kind: 'answer', status: 429, retryAfter, body: 'slow down' } as const
    const proxy = await proxyTo(1, { schedule: [{ fault }] })
    const client = send(proxy.port, get().replace('GET', 'HEAD'))
    await client.received('\r\n\r\n')
    expect(client.text()).toBe(
      `HTTP/1.1 429 Too Many Requests\r\nContent-Length: 9\r\nRetry-After: ${retryAfter}\r\n\r\n`,
    )
  })

  test('waits for the answers to requests before it', async () => {
    const upstream = await startRawServer(async (peer) => {
      await answering(ok('first'))(peer)
    })
    const proxy = await proxyTo(upstream.port, {
      schedule: [{ match: { nth: 2 }, fault: { kind: 'answer', status: 503 } }],
    })
    const client = send(proxy.port, get() + get())
    await client.received('503')
    expect(client.text()).toMatch(/^HTTP\/1.1 200 OK[^]*first[^]*503/)
  })

  test.each([
    ['early', put(body), true],
    ['to a client that waits for 100 Continue', put(body).replace('Host', 'Expect: 100-continue\r\nHost'), false],
  ])('%s: before the body, and closes', async (_, message, early) => {
    const proxy = await proxyTo(1, { schedule: [{ fault: { kind: 'answer', status: 503, early } }] })
    const client = send(proxy.port, message.slice(0, -body.length))
    expect(await client.outcome).toBe('end')
    expect(client.text()).toBe('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
    // What was on its way already is read: closing before would be a reset.
    await new Promise((resolve) => client.socket.end(body, () => resolve(undefined)))
    expect(client.socket.errored).toBeNull()
  })

  test('closes for a client that wants so', async () => {
    const proxy = await proxyTo(1, { schedule: [{ fault: { kind: 'answer', status: 503 } }] })
    const client = send(proxy.port, get().replace('Host', 'Connection: close\r\nHost'))
    expect(await client.outcome).toBe('end')
    expect(client.text()).toContain('Connection: close')
  })
})

describe('lose-answer', () => {
  test('the upstream has all and has answered; the client sees a reset alone', async () => {
    const upstream = await startRawServer(answering(ok(body)))
    const proxy = await proxyTo(upstream.port, { schedule: [{ fault: { kind: 'lose-answer' } }] })
    const client = send(proxy.port, put(body))
    expect(await client.outcome).toBe('ECONNRESET')
    expect(client.text()).toBe('')
    expect(upstream.peers[0]?.text()).toBe(put(body))
    expect(upstream.peers[0]?.socket.bytesWritten).toBe(ok(body).length)
    expect(await upstream.peers[0]?.outcome).toBe('end')
    expect(proxy.injected).toMatchObject([{ kind: 'lose-answer', request: 1 }])
  })

  test('100 Continue is not the answer', async () => {
    const upstream = await startRawServer(async (peer) => {
      await peer.received('\r\n\r\n')
      peer.socket.write('HTTP/1.1 100 Continue\r\n\r\n')
      await peer.received('hello')
      peer.socket.write(ok('done'))
    })
    const proxy = await proxyTo(upstream.port, { schedule: [{ fault: { kind: 'lose-answer' } }] })
    const client = send(proxy.port, put('hello').slice(0, -5))
    await client.received('\r\n\r\n')
    client.socket.write('hello')
    expect(await client.outcome).toBe('ECONNRESET')
    expect(client.text()).toBe('HTTP/1.1 100 Continue\r\n\r\n')
    expect(upstream.peers[0]?.text()).toBe(put('hello'))
  })

  test('answers before it are not lost', async () => {
    const upstream = await startRawServer(answering(ok('first'), ok('second')))
    const proxy = await proxyTo(upstream.port, { schedule: [{ match: { nth: 2 }, fault: { kind: 'lose-answer' } }] })
    const client = send(proxy.port, get() + get())
    expect(await client.outcome).toBe('ECONNRESET')
    expect(client.text()).toBe(ok('first'))
  })
})
