import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, request as ask, type Server } from 'node:http'
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { hasOpenssl, makeCertificate } from '@gantry-tooling/servers'
import { collect } from '@gantry/core/driver'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { type Origin, originOf } from './dial.ts'
import { HttpClient } from './http-client.ts'

const large = Buffer.alloc(5_000_000, 'through the proxy ')
const signal = new AbortController().signal
const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port

/** Passes all that it is asked for on to one port of this machine, and writes down what it was asked. */
class TestProxy {
  readonly asked: { readonly what: string; readonly user: string | undefined }[] = []
  readonly #server: Server
  target = 0
  password: string | undefined

  constructor() {
    this.#server = createServer((request, response) => {
      this.#note(request)
      const { method, headers } = request
      const { pathname } = new URL(request.url ?? '')
      const onward = ask({ host: '127.0.0.1', port: this.target, method, path: pathname, headers }, (answered) => {
        response.writeHead(answered.statusCode ?? 502, answered.headers)
        answered.pipe(response)
      })
      request.pipe(onward)
    })
    this.#server.on('connect', (request, socket) => {
      this.#note(request)
      if (this.password !== undefined && request.headers['proxy-authorization'] !== this.password) {
        socket.end('HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n')
        return
      }
      const onward = connect(this.target, '127.0.0.1', () =>
        socket.write('HTTP/1.1 200 Connection Established\r\n\r\n'),
      )
      onward.pipe(socket).pipe(onward)
      for (const one of [socket, onward]) one.on('error', () => onward.destroy())
    })
  }

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return `127.0.0.1:${portOf(this.#server)}`
  }

  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  #note({ method, url, headers }: IncomingMessage): void {
    this.asked.push({ what: `${method} ${url}`, user: headers['proxy-authorization'] })
  }
}

async function exchange(origin: Origin, rounds = 2): Promise<Uint8Array> {
  const client = new HttpClient({ seconds: 10, bytesPerSecond: 1 })
  try {
    for (let round = 1; ; round += 1) {
      const head = `PUT /it HTTP/1.1\r\nhost: far.test\r\ncontent-length: ${large.length}\r\n\r\n`
      const { body } = await client.send(origin, { method: 'PUT', head, body: large, repeatable: true }, signal)
      const bytes = await collect(body)
      if (round === rounds) return bytes
    }
  } finally {
    client.close()
  }
}

let proxy: TestProxy
let at: string
let received = 0
beforeAll(async () => {
  proxy = new TestProxy()
  at = await proxy.start()
})
afterAll(() => proxy.close())

function answer(request: IncomingMessage, response: { end(body: Buffer): void }): void {
  let count = 0
  request.on('data', (chunk: Buffer) => (count += chunk.length))
  request.on('end', () => {
    received = count
    response.end(large)
  })
}

test('plain HTTP: the proxy is told the whole address, and who asks', async () => {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  proxy.target = portOf(server)
  const origin = originOf({ protocol: 'http:', hostname: 'far.test' }, undefined, { http_proxy: `http://me:pw@${at}` })
  const bytes = await exchange(origin)
  expect(Buffer.from(bytes).equals(large)).toBe(true)
  expect(received).toBe(large.length)
  const user = `Basic ${Buffer.from('me:pw').toString('base64')}`
  expect(proxy.asked.splice(0)).toEqual(Array.from({ length: 2 }, () => ({ what: 'PUT http://far.test/it', user })))
  server.closeAllConnections()
  server.close()
})

describe.skipIf(!hasOpenssl())('TLS through a proxy (needs the openssl command)', () => {
  let folder: string
  let ca: string
  let server: SecureServer
  const originFor = (hostname: string, environment: Record<string, string>, trusted: string | undefined = ca) =>
    originOf({ protocol: 'https:', hostname }, trusted, environment)

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gantry-s3-tunnel-'))
    const made = makeCertificate(folder, 'far.test')
    ca = made.cert
    server = createSecureServer(made, answer)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
    rmSync(folder, { recursive: true })
  })

  test('large bodies both ways, over one tunnel that is kept', async () => {
    proxy.target = portOf(server)
    received = 0
    const bytes = await exchange(originFor('far.test', { HTTPS_PROXY: at }))
    expect(Buffer.from(bytes).equals(large)).toBe(true)
    expect(received).toBe(large.length)
    expect(proxy.asked.splice(0)).toEqual([{ what: 'CONNECT far.test:443', user: undefined }])
  })

  test.each([
    ['that nobody signed', 'far.test', false],
    ['of another host', 'other.test', true],
  ])('a certificate %s is refused all the same', async (_, host, trusts) => {
    proxy.target = portOf(server)
    const origin = originOf({ protocol: 'https:', hostname: host }, trusts ? ca : undefined, { https_proxy: at })
    await expect(exchange(origin)).rejects.toMatchObject({ code: 'unavailable', retryable: false })
    proxy.asked.length = 0
  })

  test('a proxy that wants a password is told it, or says so', async () => {
    proxy.target = portOf(server)
    proxy.password = `Basic ${Buffer.from('me:pw').toString('base64')}`
    await exchange(originFor('far.test', { https_proxy: `http://me:pw@${at}` }), 1)
    const refused = exchange(originFor('far.test', { https_proxy: at }))
    await expect(refused).rejects.toMatchObject({
      code: 'unauthenticated',
      retryable: false,
      message: expect.stringContaining('who asks'),
    })
    proxy.password = undefined
    proxy.asked.length = 0
  })

  test('what is excepted goes past it', async () => {
    const direct = exchange(originFor('far.test', { https_proxy: at, no_proxy: '.test' }))
    // There is no such host.
    await expect(direct).rejects.toMatchObject({ code: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/u) })
    expect(proxy.asked).toEqual([])
  })
})
