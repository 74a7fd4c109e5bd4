import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { hasOpenssl, makeCertificate } from '@gantry-tooling/servers'
import { collect } from '@gantry/core/driver'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import type { Origin } from './dial.ts'
import { HttpClient } from './http-client.ts'

describe.skipIf(!hasOpenssl())('TLS (needs the openssl command)', () => {
  const large = Buffer.alloc(3_000_000, 'tls')
  const signal = new AbortController().signal
  let folder: string
  let ca: string
  let server: Server
  let port: number
  let received: number

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gantry-s3-tls-'))
    const made = makeCertificate(folder, 'localhost')
    ca = made.cert
    server = createServer(made, (request, response) => {
      received = 0
      request.on('data', (chunk: Buffer) => {
        received += chunk.length
      })
      request.on('end', () => response.end(large))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    port = typeof address === 'object' ? (address?.port ?? 0) : 0
  })

  afterAll(() => {
    server.closeAllConnections()
    server.close()
    rmSync(folder, { recursive: true })
  })

  async function exchange(origin: Omit<Origin, 'secure' | 'port'>): Promise<Uint8Array> {
    const client = new HttpClient({ seconds: 5, bytesPerSecond: 1 })
    try {
      for (let round = 0; ; round += 1) {
        const head = `PUT / HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${large.length}\r\n\r\n`
        const request = { method: 'PUT', head, body: large, repeatable: true }
        const { body } = await client.send({ ...origin, secure: true, port }, request, signal)
        const bytes = await collect(body)
        // Twice, so that the connection is used again.
        if (round === 1) return bytes
      }
    } finally {
      client.close()
    }
  }

  test('large bodies both ways, to a host whose certificate is trusted', async () => {
    expect(Buffer.from(await exchange({ host: 'localhost', ca })).equals(large)).toBe(true)
    expect(received).toBe(large.length)
    expect(Buffer.from(await exchange({ host: 'localhost', ca: [ca] })).equals(large)).toBe(true)
  })

  test.each([
    ['that nobody signed', { host: 'localhost' }],
    ['of another host', { host: '127.0.0.1', ca: true }],
  ])('a certificate %s is refused, for good', async (_, { host, ca: trusted }: { host: string; ca?: boolean }) => {
    const call = exchange({ host, ...(trusted === true ? { ca } : {}) })
    await expect(call).rejects.toMatchObject({ code: 'unavailable', retryable: false })
  })
})
