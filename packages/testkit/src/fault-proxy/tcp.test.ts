import { describe, expect, test } from 'vitest'
import type { Rule } from './schedule.ts'
import { numbered, proxyTo, put, send, startRawServer } from './test-rig.ts'

const bytes = numbered(4096)

describe('mode tcp', () => {
  test('passes bytes both ways, and the end of each way by itself', async () => {
    const upstream = await startRawServer(async (peer) => {
      expect(await peer.outcome).toBe('end')
      peer.socket.end(`got ${peer.text()}`, 'latin1')
    })
    const proxy = await proxyTo(upstream.port, { mode: 'tcp' })
    expect(proxy.url).toBe(`tcp://127.0.0.1:${proxy.port}`)
    const client = send(proxy.port, 'set a\r\n\xff')
    client.socket.end()
    expect(await client.outcome).toBe('end')
    expect(client.text()).toBe('got set a\r\n\xff')
    expect(proxy.counts).toStrictEqual({ connections: 1, requests: 0, bytesUp: 8, bytesDown: client.text().length })
  })

  test('lets the upstream speak first', async () => {
    const upstream = await startRawServer((peer) => void peer.socket.write('hello'))
    const proxy = await proxyTo(upstream.port, { mode: 'tcp' })
    const client = send(proxy.port)
    await client.received(5)
    expect(client.text()).toBe('hello')
  })

  test.each([
    ['reset', 'ECONNRESET'],
    ['truncate', 'end'],
  ] as const)('%s at a byte of the stream', async (kind, outcome) => {
    const upstream = await startRawServer((peer) => void peer.socket.write(bytes))
    const schedule: Rule[] = [{ match: { nth: 2 }, fault: { kind, at: 1000 } }]
    const proxy = await proxyTo(upstream.port, { mode: 'tcp', schedule })
    await send(proxy.port).received(4096)
    const struck = send(proxy.port)
    expect(await struck.outcome).toBe(outcome)
    expect(struck.text()).toBe(bytes.slice(0, 1000))
    expect(proxy.injected).toStrictEqual([{ kind, rule: 0, direction: 'down', connection: 2, at: 1000 }])
  })

  test('corrupt and stall, one each way', async () => {
    const upstream = await startRawServer((peer) => void peer.socket.write(bytes))
    const schedule: Rule[] = [
      { fault: { kind: 'corrupt', direction: 'up', at: 100, bit: 1 } },
      { fault: { kind: 'stall', at: 50 } },
    ]
    const proxy = await proxyTo(upstream.port, { mode: 'tcp', schedule })
    const client = send(proxy.port, bytes)
    const peer = await upstream.peer(0)
    await peer.received(4096)
    await client.received(50)
    expect(client.text()).toBe(bytes.slice(0, 50))
    const changed = String.fromCharCode(bytes.charCodeAt(100) ^ 2)
    expect(peer.text()).toBe(bytes.slice(0, 100) + changed + bytes.slice(101))
  })

  test('a partition holds all back, on connections old and new, until it is healed', async () => {
    const upstream = await startRawServer(async (peer) => {
      await peer.received('one')
      peer.socket.write('ONE')
      await peer.received('two')
      peer.socket.write('TWO')
    })
    const proxy = await proxyTo(upstream.port, { mode: 'tcp' })
    const old = send(proxy.port, 'one')
    await old.received('ONE')
    proxy.partition()
    old.socket.write('two')
    const young = send(proxy.port, 'one')
    const beyond = await proxyTo(upstream.port, { mode: 'tcp' })
    for (let count = 0; count < 5; count += 1) await send(beyond.port, 'one').received('ONE')
    expect([old.text(), young.text(), upstream.peers[0]?.text()]).toStrictEqual(['ONE', '', 'one'])
    proxy.heal()
    await Promise.all([old.received('TWO'), young.received('ONE')])
    expect([old.text(), young.text()]).toStrictEqual(['ONETWO', 'ONE'])
  })

  test('can be closed during a partition', async () => {
    const upstream = await startRawServer((peer) => void peer.socket.write('hello'))
    const proxy = await proxyTo(upstream.port, { mode: 'tcp' })
    proxy.partition()
    const client = send(proxy.port, 'x')
    await upstream.peer(0)
    await proxy.close()
    await client.outcome
    expect(client.text()).toBe('')
  })

  test('an HTTP proxy can be partitioned too', async () => {
    const upstream = await startRawServer()
    const proxy = await proxyTo(upstream.port)
    proxy.partition()
    send(proxy.port, put('hello'))
    const peer = await upstream.peer(0)
    expect(peer.text()).toBe('')
    proxy.heal()
    await peer.received('hello')
    expect(peer.text()).toBe(put('hello'))
  })

  test('refuses rules about requests', async () => {
    const rules: Rule[] = [
      { fault: { kind: 'lose-answer' } },
      { fault: { kind: 'answer', status: 503 } },
      { match: { path: /x/ }, fault: { kind: 'reset' } },
    ]
    for (const rule of rules) {
      await expect(proxyTo(1, { mode: 'tcp', schedule: [rule] })).rejects.toMatchObject({ code: 'invalid' })
    }
  })
})
