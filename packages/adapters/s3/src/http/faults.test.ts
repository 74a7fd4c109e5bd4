import { once } from 'node:events'
import { createServer } from 'node:net'

import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'

import { codeOf, SocketRig, textOf, wait } from './test-rig.ts'

let rig: SocketRig
beforeEach(async () => {
  rig = await SocketRig.start()
})
afterEach(async () => await rig.close())

describe('faults', () => {
  test.each([
    ['no HTTP at all', 'SSH-2.0-OpenSSH\r\n\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
    ['an endless head', `HTTP/1.1 200 OK\r\n${'A: b\r\n'.repeat(20_000)}`],
    ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
    ['a bad chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n'],
  ])('%s is unavailable', async (_, answer) => {
    rig.onRequest = (socket) => socket.write(answer)
    const result = rig.send().then(textOf)
    expect(await codeOf(result)).toBe('unavailable')
  })

  test.each([
    ['a length', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello'],
    ['chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n'],
    ['chunks, in the last line', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n'],
    ['a head', 'HTTP/1.1 200 OK\r\nContent-'],
    ['nothing', ''],
  ])('a connection that ends early is an error: %s', async (_, answer) => {
    rig.onRequest = (socket) => socket.end(answer)
    expect(await codeOf(rig.send().then(textOf))).toBe('unavailable')
  })

  test('a reset in mid-body is an error', async () => {
    rig.onRequest = (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello')
      setTimeout(() => socket.resetAndDestroy(), 20)
    }
    expect(await codeOf(rig.send().then(textOf))).toMatch(/unavailable|ECONNRESET/u)
  })

  test('bytes beyond the answer end the connection, not the answer', async () => {
    rig.onRequest = (socket) =>
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\nevil')
    expect(await textOf(await rig.send())).toBe('ok')
    expect(await textOf(await rig.send())).toBe('ok')
    expect(rig.sockets).toHaveLength(2)
  })

  test('bytes that nobody asked for are not the answer to the next request', async () => {
    rig.onRequest = (socket, _, nth) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
      if (nth === 1) setTimeout(() => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil'), 5)
    }
    expect(await textOf(await rig.send())).toBe('ok')
    await wait(50)
    expect(await textOf(await rig.send())).toBe('ok')
    expect(rig.sockets).toHaveLength(2)
  })

  test('a pooled connection that turns out closed is replaced, once, and not for what must not be repeated', async () => {
    let closing = true
    rig.onRequest = (socket, _, nth) => {
      if (nth > 1 && closing) socket.resetAndDestroy()
      else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
    }
    await textOf(await rig.send())
    expect(await codeOf(rig.send({ method: 'POST', repeatable: false }))).toMatch(/unavailable|ECONNRESET/u)
    closing = false
    await textOf(await rig.send())
    closing = true
    // The second try fails too, on a fresh connection: that is the server's word.
    expect(await codeOf(rig.send())).toMatch(/unavailable|ECONNRESET/u)
    expect(rig.requests).toHaveLength(5)
  })

  test('a request is repeated on a fresh connection when the pooled one was closed', async () => {
    rig.onRequest = (socket, _, nth) => {
      if (nth === 2) socket.resetAndDestroy()
      else socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n${nth}`)
    }
    expect(await textOf(await rig.send())).toBe('1')
    expect(await textOf(await rig.send({ method: 'PUT', body: Buffer.from('body') }))).toBe('3')
    expect(rig.requests[2]).toContain('body')
  })

  test('refused connections say so', async () => {
    const gone = createServer().listen(0, '127.0.0.1')
    await once(gone, 'listening')
    const { port } = gone.address() as { port: number }
    gone.close()
    await once(gone, 'close')
    const signal = new AbortController().signal
    expect(
      await codeOf(
        rig.client.send(
          { ...rig.origin, port },
          { method: 'GET', head: 'GET / HTTP/1.1\r\n\r\n', repeatable: true },
          signal,
        ),
      ),
    ).toBe('ECONNREFUSED')
  })
})

async function* slow() {
  yield Buffer.alloc(1000)
  await longPause()
  yield Buffer.alloc(1000)
}

/** By the clock of what watches for stalls, which is the only one that goes. */
async function longPause() {
  await vi.advanceTimersByTimeAsync(10_000)
}

function stopClock() {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  onTestFinished(() => void vi.useRealTimers())
}

describe('stalls', () => {
  test('no answer', async () => {
    rig.onRequest = () => {}
    expect(await codeOf(rig.send())).toBe('timeout')
  })

  test('a body that stops', async () => {
    rig.onRequest = (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nhello')
    expect(await codeOf(rig.send().then(textOf))).toBe('timeout')
  })

  test('a body that drips', async () => {
    rig.onRequest = (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n')
      const timer = setInterval(() => socket.write('x'), 100)
      socket.on('close', () => clearInterval(timer))
    }
    expect(await codeOf(rig.send().then(textOf))).toBe('timeout')
  })

  test('a body that is not taken', async () => {
    // Read nothing: what the system buffers is full after a few MiB.
    rig.server.removeAllListeners('connection')
    rig.server.on('connection', (socket) => {
      rig.sockets.push(socket)
      socket.on('error', () => {})
    })
    const body = Buffer.alloc(64 * 1024 * 1024)
    expect(await codeOf(rig.send({ method: 'PUT', body }))).toBe('timeout')
  })

  test('a reader that takes its time is none', async () => {
    stopClock()
    const size = 4 * 1024 * 1024
    rig.onRequest = (socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`)
      socket.write(Buffer.alloc(size))
    }
    const { body } = await rig.send()
    let seen = 0
    for await (const chunk of body) {
      if (seen === 0) await longPause()
      seen += chunk.length
    }
    expect(seen).toBe(size)
  })

  test('a producer that takes its time is none', async () => {
    stopClock()
    rig.onRequest = (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
    const { status } = await rig.send({ method: 'PUT', headers: 'content-length: 2000\r\n', body: slow() })
    expect(status).toBe(200)
  })
})
