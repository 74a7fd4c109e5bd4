import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

import type { FetchToken } from '@gantry/core'
import { onTestFinished } from 'vitest'

export interface GuardedServer {
  readonly url: string
  /** Mints the next token; the one before is refused from then on. */
  readonly fetchToken: FetchToken
  /** Tokens minted, requests granted, and requests refused so far. */
  readonly counts: { tokens: number; granted: number; refused: number }
}

/** A server behind bearer tokens of which each is good for so many requests, whatever it was said to live. */
export async function tokensBefore(target: string, uses: number): Promise<GuardedServer> {
  const counts = { tokens: 0, granted: 0, refused: 0 }
  let left = 0
  const server = createServer((asked, answer) => {
    if (asked.headers.authorization !== `Bearer token-${counts.tokens}` || left === 0) {
      counts.refused += 1
      answer.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end()
      return
    }
    left -= 1
    counts.granted += 1
    const { host: _host, authorization: _authorization, ...headers } = asked.headers
    const onward = request(target + (asked.url ?? ''), { method: asked.method ?? 'GET', headers }, (got) => {
      answer.writeHead(got.statusCode ?? 502, got.headers)
      got.pipe(answer)
    })
    onward.on('error', () => answer.destroy())
    asked.pipe(onward)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => server.close().closeAllConnections())
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts,
    async fetchToken() {
      counts.tokens += 1
      left = uses
      return { token: `token-${counts.tokens}`, expires: Date.now() + 3_600_000 }
    },
  }
}
