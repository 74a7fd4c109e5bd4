import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { SocketRig, textOf, wait } from './test-rig.ts'

let rig: SocketRig
beforeEach(async () => {
  rig = await SocketRig.start()
})
afterEach(async () => await rig.close())

describe('answers', () => {
  test('a length, on a connection that is used again', async () => {
    rig.onRequest = (socket, _, nth) => socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell${nth}`)
    expect(await textOf(await rig.send())).toBe('hell1')
    expect(await textOf(await rig.send())).toBe('hell2')
    expect(rig.sockets).toHaveLength(1)
  })

  test('byte by byte', async () => {
    rig.onRequest = async (socket) => {
      socket.setNoDelay(true)
      for (const byte of 'HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 5\r\n\r\nhello') {
        socket.write(byte)
        await wait(1)
      }
    }
    const incoming = await rig.send()
    expect(incoming.headers.get('a')).toBe('b')
    expect(await textOf(incoming)).toBe('hello')
  })

  test('chunked, with the next answer on the same connection', async () => {
    rig.onRequest = (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n')
      setTimeout(() => socket.write('2\r\nde\r\n0\r\n\r\n'), 5)
    }
    expect(await textOf(await rig.send())).toBe('abcde')
    expect(await textOf(await rig.send())).toBe('abcde')
    expect(rig.sockets).toHaveLength(1)
  })

  test('a large chunked body, faster than it is read', async () => {
    const part = Buffer.alloc(100_000, 'x')
    rig.onRequest = (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
      for (let index = 0; index < 30; index += 1) {
        part.writeUInt32BE(index)
        socket.write(`${part.length.toString(16)}\r\n`)
        socket.write(part)
        socket.write('\r\n')
      }
      socket.write('0\r\n\r\n')
    }
    const { body } = await rig.send()
    const got: Buffer[] = []
    for await (const chunk of body) {
      got.push(Buffer.from(chunk))
      await wait()
    }
    const all = Buffer.concat(got)
    expect(all).toHaveLength(3_000_000)
    for (let index = 0; index < 30; index += 1) expect(all.readUInt32BE(index * 100_000)).toBe(index)
  })

  test('the end of the connection as the end of the body', async () => {
    rig.onRequest = (socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nall of it')
    expect(await textOf(await rig.send())).toBe('all of it')
    expect(await textOf(await rig.send())).toBe('all of it')
    expect(rig.sockets).toHaveLength(2)
  })

  test('`connection: close` is honoured', async () => {
    rig.onRequest = (socket) => socket.write('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok')
    expect(await textOf(await rig.send())).toBe('ok')
    expect(await textOf(await rig.send())).toBe('ok')
    expect(rig.sockets).toHaveLength(2)
  })

  test('interim answers are passed over', async () => {
    rig.onRequest = (socket) =>
      socket.write(
        'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n!',
      )
    expect(await textOf(await rig.send())).toBe('!')
  })

  test('none to HEAD, whatever the length says', async () => {
    rig.onRequest = (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n')
    const { body, headers } = await rig.send({ method: 'HEAD' })
    expect(headers.get('content-length')).toBe('500')
    expect(body.over).toBe(true)
    await rig.send({ method: 'HEAD' })
    expect(rig.sockets).toHaveLength(1)
  })

  test('chunks are not overwritten while they are read, and memory stays bounded', async () => {
    const size = 8 * 1024 * 1024
    const bytes = Buffer.alloc(size)
    for (let at = 0; at < size; at += 4) bytes.writeUInt32BE(at, at)
    rig.onRequest = (socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`)
      socket.write(bytes)
    }
    const { body } = await rig.send()
    const slabs = new Set<ArrayBufferLike>()
    let at = 0
    for await (const chunk of body) {
      slabs.add(chunk.buffer)
      await wait(1)
      expect(Buffer.from(chunk).equals(bytes.subarray(at, at + chunk.length))).toBe(true)
      at += chunk.length
    }
    expect(at).toBe(size)
    expect(slabs.size).toBeLessThanOrEqual(4)
  })
})
