import { describe, expect, test } from 'vitest'
import { answering, get, numbered, ok, proxyTo, put, send, startRawServer } from './test-rig.ts'

// Lower bounds alone: never sooner than the link allows; how much later depends on the machine.
async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

const body = numbered(100_000)

describe('link', () => {
  test('a connection takes a round trip to be made, and each exchange another', async () => {
    const upstream = await startRawServer(answering(ok(), ok()))
    const proxy = await proxyTo(upstream.port, { link: { latency: 30 } })
    const client = send(proxy.port)
    const first = await timed(async () => {
      client.socket.write(get())
      await client.received(ok().length)
    })
    expect(first).toBeGreaterThanOrEqual(115)
    const second = await timed(async () => {
      client.socket.write(get())
      await client.received(ok().length * 2)
    })
    expect(second).toBeGreaterThanOrEqual(59)
    expect(client.text()).toBe(ok() + ok())
  })

  test('bandwidth is limited each way, and nothing is lost or reordered', async () => {
    const upstream = await startRawServer(answering(ok(body)))
    const proxy = await proxyTo(upstream.port, { link: { bandwidth: 1_000_000, latency: 1 } })
    const client = send(proxy.port)
    const taken = await timed(async () => {
      client.socket.write(put(body))
      await client.received(ok(body).length)
    })
    expect(taken).toBeGreaterThanOrEqual(200)
    expect(client.text()).toBe(ok(body))
    expect(upstream.peers[0]?.text()).toBe(put(body))
  })

  test('latency alone does not hold more than a window, and passes large bodies whole', async () => {
    const large = numbered(20_000_000)
    const upstream = await startRawServer(answering(ok(large)))
    const proxy = await proxyTo(upstream.port, { link: { latency: 5 } })
    const client = send(proxy.port, get())
    await client.received(ok(large).length)
    expect(client.text() === ok(large)).toBe(true)
  })

  test('many connections of any protocol have the bandwidth each, and nothing of one gets into another', async () => {
    const bodies = Array.from({ length: 50 }, (_, index) => String(index).padStart(8, '0').repeat(2_500))
    const upstream = await startRawServer(async (peer) => {
      await peer.received('\n')
      peer.socket.end(bodies[Number(peer.text())] ?? '', 'latin1')
    })
    const proxy = await proxyTo(upstream.port, { mode: 'tcp', link: { latency: 10, bandwidth: 100_000 } })
    const taken = await timed(async () => {
      const clients = bodies.map((_, index) => send(proxy.port, `${index}\n`))
      expect(await Promise.all(clients.map(({ outcome }) => outcome))).toEqual(bodies.map(() => 'end'))
      expect(clients.map(({ text }) => text())).toEqual(bodies)
    })
    expect(taken).toBeGreaterThanOrEqual(200)
    expect(proxy.counts.bytesDown).toBe(50 * 20_000)
  })

  test('an end does not overtake what is on its way', async () => {
    const upstream = await startRawServer((peer) => {
      peer.socket.end(ok(body), 'latin1')
    })
    const proxy = await proxyTo(upstream.port, { link: { latency: 20 } })
    const client = send(proxy.port, get())
    expect(await client.outcome).toBe('end')
    expect(client.text()).toBe(ok(body))
  })

  test('a connection that ends while bytes are on their way leaves nothing behind', async () => {
    const upstream = await startRawServer(answering(ok(body)))
    const proxy = await proxyTo(upstream.port, { link: { bandwidth: 10_000 } })
    const client = send(proxy.port, get())
    await client.received(1)
    await proxy.close()
    await client.outcome
    expect(client.text().length).toBeLessThan(ok(body).length)
  })
})

describe('delay', () => {
  test('slows the exchange it is for, and no other', async () => {
    const upstream = await startRawServer(answering(ok('slow'), ok('fast')))
    const proxy = await proxyTo(upstream.port, {
      schedule: [{ match: { path: /slow/ }, fault: { kind: 'delay', latency: 40 } }],
    })
    const client = send(proxy.port)
    const slow = await timed(async () => {
      client.socket.write(get('/slow'))
      await client.received(ok('slow').length)
    })
    expect(slow).toBeGreaterThanOrEqual(79)
    client.socket.write(get('/fast'))
    await client.received(ok('slow').length + ok('fast').length)
    expect(client.text()).toBe(ok('slow') + ok('fast'))
    expect(proxy.injected).toMatchObject([{ kind: 'delay', path: '/slow' }])
  })
})
