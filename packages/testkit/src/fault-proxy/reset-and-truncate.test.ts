import { describe, expect, test } from 'vitest'
import type { Point } from './fault.ts'
import { answering, get, numbered, ok, proxyTo, put, send, startRawServer } from './test-rig.ts'

const body = numbered(4096)
const chunked = '5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n'

describe('reset', () => {
  const points: [Point, number][] = [
    [0, 0],
    [1, 1],
    [1000, 1000],
    [4096, 4096],
    [{ sixteenths: 0 }, 0],
    [{ sixteenths: 5 }, 1280],
    [{ sixteenths: 16 }, 4096],
  ]

  test.each(points)('up at %o: the upstream gets the head and %i bytes', async (at, bytes) => {
    const upstream = await startRawServer()
    const proxy = await proxyTo(upstream.port, { schedule: [{ fault: { kind: 'reset', direction: 'up', at } }] })
    const client = send(proxy.port, put(body))
    const peer = await upstream.peer(0)
    expect(await Promise.all([client.outcome, peer.outcome])).toStrictEqual(['ECONNRESET', 'ECONNRESET'])
    expect(peer.text()).toBe(put(body).slice(0, put(body).length - body.length + bytes))
    expect(client.text()).toBe('')
    const about = { connection: 1, request: 1, method: 'PUT', path: '/bucket/key' }
    expect(proxy.injected).toStrictEqual([{ kind: 'reset', rule: 0, direction: 'up', ...about, at: bytes }])
  })

  test.each(points)('down at %o: the client gets the head and %i bytes', async (at, bytes) => {
    const upstream = await startRawServer(answering(ok(body)))
    const proxy = await proxyTo(upstream.port, { schedule: [{ fault: { kind: 'reset', at } }] })
    const client = send(proxy.port, get())
    expect(await client.outcome).toBe('ECONNRESET')
    expect(client.text()).toBe(ok(body).slice(0, ok(body).length - body.length + bytes))
    expect(await upstream.peers[0]?.outcome).toBe('ECONNRESET')
    expect(upstream.peers[0]?.text()).toBe(get())
    expect(proxy.injected).toMatchObject([{ kind: 'reset', direction: 'down', at: bytes }])
  })

  test('of a large body: the other end has all that came before', async () => {
    const large = numbered(20_000_000)
    const at = 10_000_001
    const upstream = await startRawServer(answering(ok(large)))
    const proxy = await proxyTo(upstream.port, {
      schedule: [
        { match: { method: 'PUT' }, fault: { kind: 'reset', direction: 'up', at } },
        { fault: { kind: 'reset', at } },
      ],
    })
    const down = send(proxy.port, get())
    expect(await down.outcome).toBe('ECONNRESET')
    expect(down.text().length - ok(large).length + large.length).toBe(at)
    send(proxy.port, put(large))
    const up = await upstream.peer(1)
    expect(await up.outcome).toBe('ECONNRESET')
    expect(up.text().length - put(large).length + large.length).toBe(at)
  })

  test('up before the head: the upstream sees nothing', async () => {
    const upstream = await startRawServer()
    const proxy = await proxyTo(upstream.port, {
      schedule: [{ fault: { kind: 'reset', direction: 'up', at: 'head' } }],
    })
    expect(await send(proxy.port, put(body)).outcome).toBe('ECONNRESET')
    expect(upstream.peers).toHaveLength(0)
  })

  test('down before the head: the client sees nothing', async () => {
    const upstream = await startRawServer(answering(ok(body)))
    const proxy = await proxyTo(upstream.port, { schedule: [{ fault: { kind: 'reset', at: 'head' } }] })
    const client = send(proxy.port, put(body))
    expect(await client.outcome).toBe('ECONNRESET')
    expect(client.text()).toBe('')
    expect(upstream.peers[0]?.text()).toBe(put(body))
  })

  test('up at 0 strikes while the client waits for 100 Continue', async () => {
    const upstream = await startRawServer()
    const proxy = await proxyTo(upstream.port, { schedule: [{ fault: { kind: 'reset', direction: 'up' } }] })
    const head = put(body).replace('Host', 'Expect: 100-continue\r\nHost').slice(0, -body.length)
    expect(await send(proxy.port, head).outcome).toBe('ECONNRESET')
    const peer = await upstream.peer(0)
    expect(await peer.outcome).toBe('ECONNRESET')
    expect(peer.text()).toBe(head)
  })

  test.each([
    [0, '5\r\n'],
    [3, '5\r\nhel'],
    [5, '5\r\nhello'],
    [7, '5\r\nhello\r\n6;x=y\r\n w'],
    [11, '5\r\nhello\r\n6;x=y\r\n world'],
  ])('in a body of chunks counts payload alone: at %i', async (at, expected) => {
    const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
    const upstream = await startRawServer(answering(head + chunked))
    const proxy = await proxyTo(upstream.port, { schedule: [{ fault: { kind: 'reset', at } }] })
    const client = send(proxy.port, get())
    expect(await client.outcome).toBe('ECONNRESET')
    // Before the first chunk there may be nothing to see of it.
    expect(at === 0 ? [head, head + expected] : [head + expected]).toContain(client.text())
  })

  test('beyond the end of a body is not struck', async () => {
    const upstream = await startRawServer(answering(ok(body), ok('short')))
    const proxy = await proxyTo(upstream.port, { schedule: [{ fault: { kind: 'reset', at: 4097 } }] })
    const client = send(proxy.port, get() + get())
    await client.received(ok(body) + ok('short'))
    expect(client.text()).toBe(ok(body) + ok('short'))
    expect(proxy.injected).toStrictEqual([])
  })

  test('of all connections at once, idle ones too', async () => {
    const upstream = await startRawServer(answering(ok()))
    const proxy = await proxyTo(upstream.port)
    const clients = [send(proxy.port, get()), send(proxy.port, get()), send(proxy.port)]
    await clients[0]?.received(ok())
    await clients[1]?.received(ok())
    proxy.reset()
    expect(await Promise.all(clients.map((client) => client.outcome))).toStrictEqual(Array(3).fill('ECONNRESET'))
  })
})

describe('truncate', () => {
  test.each(Array.from({ length: 17 }, (_, index) => index))('at %i/16 of a body', async (sixteenths) => {
    const upstream = await startRawServer(answering(ok(body)))
    const proxy = await proxyTo(upstream.port, { schedule: [{ fault: { kind: 'truncate', at: { sixteenths } } }] })
    const client = send(proxy.port, get())
    expect(await client.outcome).toBe('end')
    expect(client.text()).toBe(ok(body).slice(0, ok(body).length - body.length + sixteenths * 256))
    expect(client.text()).toContain('Content-Length: 4096')
    expect(proxy.injected).toMatchObject([{ kind: 'truncate', at: sixteenths * 256 }])
  })

  test('at a number of bytes, in a body of chunks', async () => {
    const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
    const upstream = await startRawServer(answering(head + chunked))
    const proxy = await proxyTo(upstream.port, { schedule: [{ fault: { kind: 'truncate', at: 7 } }] })
    const client = send(proxy.port, get())
    expect(await client.outcome).toBe('end')
    expect(client.text()).toBe(`${head}5\r\nhello\r\n6;x=y\r\n w`)
  })

  test('passes over answers without a body, and what the client still sends goes nowhere', async () => {
    const upstream = await startRawServer(answering('HTTP/1.1 204 \r\n\r\n', ok(body)))
    const proxy = await proxyTo(upstream.port, { schedule: [{ fault: { kind: 'truncate' } }] })
    const client = send(proxy.port, get())
    await client.received('204')
    client.socket.write(get())
    expect(await client.outcome).toBe('end')
    client.socket.write(get())
    client.socket.end()
    expect(proxy.injected).toHaveLength(1)
    expect(upstream.peers[0]?.text()).toBe(get() + get())
    expect(proxy.counts.connections).toBe(1)
  })
})
