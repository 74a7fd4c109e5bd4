import { describe, expect, test } from 'vitest'
import type { Rule } from './schedule.ts'
import { answering, get, numbered, ok, proxyTo, put, send, startRawServer } from './test-rig.ts'

const body = numbered(4096)
const headLength = (message: string): number => message.length - body.length

/** Where two texts of equal length differ, and in which bits. */
function differences(a: string, b: string): { at: number; bits: number }[] {
  expect(a).toHaveLength(b.length)
  const all = Array.from({ length: a.length }, (_, at) => ({ at, bits: a.charCodeAt(at) ^ b.charCodeAt(at) }))
  return all.filter(({ bits }) => bits !== 0)
}

/** Where five bodies in a row are changed. */
const flips = async (seed: number): Promise<unknown> => {
  const upstream = await startRawServer(answering(...Array<string>(5).fill(ok(body))))
  const proxy = await proxyTo(upstream.port, { seed, schedule: [{ fault: { kind: 'corrupt' } }] })
  const client = send(proxy.port, get().repeat(5))
  await client.received(ok(body).length * 5)
  expect(differences(client.text(), ok(body).repeat(5))).toHaveLength(5)
  return proxy.injected.map(({ at, bit }) => ({ at, bit }))
}

describe('stall', () => {
  test('down for ever: the client gets the bytes before, and no more', async () => {
    const upstream = await startRawServer(answering(ok(body), ok(body)))
    const schedule: Rule[] = [{ times: 1, fault: { kind: 'stall', at: { sixteenths: 8 } } }]
    const proxy = await proxyTo(upstream.port, { schedule })
    const stalled = send(proxy.port, get())
    await stalled.received(headLength(ok(body)) + 2048)
    // All that could have come to it by now has had its turn: others are served meanwhile.
    for (let count = 0; count < 5; count += 1) await send(proxy.port, get()).received(ok(body))
    expect(stalled.text()).toBe(ok(body).slice(0, -2048))
    expect(proxy.injected).toMatchObject([{ kind: 'stall', direction: 'down', at: 2048 }])
    // The client's leaving ends it for the upstream too.
    stalled.socket.end()
    expect(await upstream.peers[0]?.outcome).not.toBe('')
  })

  test('up for ever: the upstream gets the bytes before; closing the proxy ends it', async () => {
    const upstream = await startRawServer()
    const schedule: Rule[] = [{ fault: { kind: 'stall', direction: 'up', at: 1000 } }]
    const proxy = await proxyTo(upstream.port, { schedule })
    const client = send(proxy.port, put(body))
    const peer = await upstream.peer(0)
    await peer.received(headLength(put(body)) + 1000)
    expect(peer.text()).toBe(put(body).slice(0, headLength(put(body)) + 1000))
    await proxy.close()
    await Promise.all([client.outcome, peer.outcome])
    expect(client.text()).toBe('')
  })

  test.each(['up', 'down'] as const)('%s for a while: then all arrives', async (direction) => {
    const upstream = await startRawServer(answering(ok(body)))
    const schedule: Rule[] = [{ fault: { kind: 'stall', direction, at: 100, milliseconds: 50 } }]
    const proxy = await proxyTo(upstream.port, { schedule })
    const began = performance.now()
    const client = send(proxy.port, put(body))
    await client.received(ok(body).length)
    // Never sooner; how much later depends on the machine.
    expect(performance.now() - began).toBeGreaterThanOrEqual(49)
    expect(client.text()).toBe(ok(body))
    expect(upstream.peers[0]?.text()).toBe(put(body))
  })

  test('before the head', async () => {
    const upstream = await startRawServer(answering(ok(body)))
    const proxy = await proxyTo(upstream.port, { schedule: [{ fault: { kind: 'stall', at: 'head' } }] })
    const client = send(proxy.port, get())
    await (await upstream.peer(0)).received(get().length)
    client.socket.end()
    await client.outcome
    expect(client.text()).toBe('')
  })
})

describe('corrupt', () => {
  test.each([
    [{}, {}],
    [
      { at: 0, bit: 7 },
      { at: 0, bits: 128 },
    ],
    [
      { at: 4095, bit: 0 },
      { at: 4095, bits: 1 },
    ],
    [
      { at: { sixteenths: 4 }, bit: 3 },
      { at: 1024, bits: 8 },
    ],
  ])('flips exactly one bit, up and down: %o', async (where, expected) => {
    const upstream = await startRawServer(answering(ok(body)))
    const schedule: Rule[] = [
      { fault: { kind: 'corrupt', direction: 'up', ...where } },
      { fault: { kind: 'corrupt', direction: 'down', ...where } },
    ]
    const proxy = await proxyTo(upstream.port, { schedule })
    const client = send(proxy.port, put(body))
    await client.received(ok(body).length)
    const sides = [
      { came: upstream.peers[0]?.text() ?? '', sent: put(body) },
      { came: client.text(), sent: ok(body) },
    ]
    for (const [index, { came, sent }] of sides.entries()) {
      const found = differences(came, sent)
      const { at = -1, bit = -1 } = proxy.injected[index] ?? {}
      expect(found).toStrictEqual([{ at: headLength(sent) + at, bits: 1 << bit }])
      expect({ at, bits: 1 << bit }).toMatchObject(expected)
    }
  })

  test('in a body of chunks, flips a bit of the first chunk and leaves the framing', async () => {
    const head = 'PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n'
    const bytes = `${head}400\r\n${body.slice(0, 1024)}\r\n400\r\n${body.slice(1024, 2048)}\r\n0\r\n\r\n`
    for (let seed = 0; seed < 20; seed += 1) {
      const upstream = await startRawServer()
      const proxy = await proxyTo(upstream.port, { seed, schedule: [{ fault: { kind: 'corrupt', direction: 'up' } }] })
      send(proxy.port, bytes).socket.end()
      const peer = await upstream.peer(0)
      await peer.outcome
      const found = differences(peer.text(), bytes)
      expect(found).toHaveLength(1)
      expect(found[0]?.at).toBeGreaterThanOrEqual(head.length + 5)
      expect(found[0]?.at).toBeLessThan(head.length + 5 + 1024)
      expect(Math.log2(found[0]?.bits ?? 0) % 1).toBe(0)
    }
  })

  test('passes over messages without a body', async () => {
    const upstream = await startRawServer(answering(ok(), ok('x')))
    const schedule: Rule[] = [{ times: 1, fault: { kind: 'corrupt' } }]
    const proxy = await proxyTo(upstream.port, { schedule })
    const client = send(proxy.port, get() + get())
    await client.received((ok() + ok('x')).length)
    expect(differences(client.text(), ok() + ok('x'))).toHaveLength(1)
    expect(proxy.injected).toMatchObject([{ request: 2, at: 0 }])
  })

  test('the same seed flips the same bits, another seed others', async () => {
    const [first, again, other] = [await flips(7), await flips(7), await flips(8)]
    expect(again).toStrictEqual(first)
    expect(other).not.toStrictEqual(first)
    expect(new Set((first as object[]).map((flip) => JSON.stringify(flip))).size).toBe(5)
  })
})
