import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { codeOf, SocketRig, textOf, wait } from './test-rig.ts'

let rig: SocketRig
beforeEach(async () => {
  rig = await SocketRig.start()
})
afterEach(async () => await rig.close())

async function* failing() {
  yield Buffer.alloc(1000)
  throw new Error('the disk is gone')
}

describe('bodies up', () => {
  test('in order and whole, however they are cut', async () => {
    let received = ''
    rig.onRequest = (socket, request_) => {
      received = request_.slice(request_.indexOf('\r\n\r\n') + 4)
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
    }
    const pieces = ['a', 'bb', 'c'.repeat(3_000_000), '', 'd'.repeat(511), 'e'.repeat(513), 'f']
    const whole = pieces.join('')
    async function* body() {
      const lent = Buffer.alloc(3_000_000)
      for (const piece of pieces) {
        lent.fill('?')
        lent.write(piece, 'latin1')
        yield lent.subarray(0, piece.length)
      }
    }
    await rig.send({ method: 'PUT', headers: `content-length: ${whole.length}\r\n`, body: body() })
    expect(received === whole).toBe(true)
    await rig.send({ method: 'PUT', body: Buffer.from(whole, 'latin1') })
    expect(received === whole).toBe(true)
    expect(rig.sockets).toHaveLength(1)
  })

  test('what its producer throws is the reason, and the connection ends', async () => {
    rig.onRequest = () => {}
    const promise = rig.send({ method: 'PUT', headers: 'content-length: 2000\r\n', body: failing() })
    await expect(promise).rejects.toThrow('the disk is gone')
    await rig.closed(0)
  })

  test('an answer before its end stops it', async () => {
    rig.onRequest = (socket) => socket.write('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno')
    let closed = false
    async function* body() {
      try {
        for (;;) {
          yield Buffer.alloc(100_000)
          await wait()
        }
      } finally {
        closed = true
      }
    }
    const incoming = await rig.send({
      method: 'PUT',
      headers: 'content-length: 1000000000\r\nx-early: 1\r\n',
      body: body(),
    })
    expect(incoming.status).toBe(403)
    expect(await textOf(incoming)).toBe('no')
    await expect.poll(() => closed).toBe(true)
  })

  test('progress is told', async () => {
    rig.onRequest = (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
    const told: number[] = []
    await rig.send({ method: 'PUT', body: Buffer.alloc(5_000_000), report: (bytes) => told.push(bytes) })
    expect(told.length).toBeGreaterThan(3)
    expect(told.reduce((sum, bytes) => sum + bytes, 0)).toBe(5_000_000)
  })
})

describe('abort', () => {
  test('before it begins', async () => {
    expect(await codeOf(rig.send({}, AbortSignal.abort()))).toBe('cancelled')
    expect(rig.requests).toHaveLength(0)
  })

  test('while the answer is awaited', async () => {
    const controller = new AbortController()
    rig.onRequest = () => controller.abort()
    expect(await codeOf(rig.send({}, controller.signal))).toBe('cancelled')
    await rig.closed(0)
  })

  test('while the body is read', async () => {
    const controller = new AbortController()
    rig.onRequest = (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello')
    const incoming = await rig.send({}, controller.signal)
    setTimeout(() => controller.abort(), 10)
    expect(await codeOf(textOf(incoming))).toBe('cancelled')
  })

  test('while the body is sent, and its producer is closed', async () => {
    const controller = new AbortController()
    rig.onRequest = () => {}
    let closed = false
    async function* body() {
      try {
        for (;;) {
          yield Buffer.alloc(10_000)
          await wait()
        }
      } finally {
        closed = true
      }
    }
    setTimeout(() => controller.abort(), 50)
    const headers = 'content-length: 1000000000\r\n'
    expect(await codeOf(rig.send({ method: 'PUT', headers, body: body() }, controller.signal))).toBe('cancelled')
    await expect.poll(() => closed).toBe(true)
  })

  test('a body that is not wanted any more ends its connection', async () => {
    rig.onRequest = (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n')
      socket.write(Buffer.alloc(1_000_000))
    }
    const { body } = await rig.send()
    for await (const _ of body) break
    await rig.closed(0)
    const second = await rig.send()
    await second.body.return()
    await rig.closed(1)
    expect(rig.requests).toHaveLength(2)
  })
})
