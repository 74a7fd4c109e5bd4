import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import { GantryError } from '@gantry/core/driver'

/** A browser that was sent back here. */
export interface Arrival {
  readonly url: URL
  answer(page: string, status: number): Promise<void>
}

export interface LoopbackServer {
  readonly port: number
  next(): Promise<Arrival>
  close(): Promise<void>
}

const headers = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  connection: 'close',
}

/** So many that wait are enough: whoever sends more is no browser that was sent back. */
const mostWaiting = 16

/** A server that only this machine reaches, and that hands on nothing but requests for its `/`. */
export async function listenOnLoopback(wanted: number): Promise<LoopbackServer> {
  const waiting: Arrival[] = []
  let wake = Promise.withResolvers<void>()
  const server = createServer({ maxHeaderSize: 32 * 1024 }, (request, response) => {
    const arrival = arrivalOf(request, response, port)
    if (arrival === undefined || waiting.length >= mostWaiting) {
      response.writeHead(404, headers).end()
      return
    }
    waiting.push(arrival)
    wake.resolve()
  })
  server.listen(wanted, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch (cause) {
    throw new GantryError('unavailable', `Port ${wanted} of 127.0.0.1 cannot be listened on: name another.`, { cause })
  }
  const { port } = server.address() as AddressInfo
  return {
    port,
    async next() {
      for (;;) {
        const arrival = waiting.shift()
        if (arrival !== undefined) return arrival
        wake = Promise.withResolvers<void>()
        await wake.promise
      }
    },
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

function arrivalOf(request: IncomingMessage, response: ServerResponse, port: number): Arrival | undefined {
  const { method, url = '', headers: sent } = request
  // A name that was made to point here (DNS rebinding) is none of ours.
  if (method !== 'GET' || sent.host !== `127.0.0.1:${port}`) return undefined
  const at = URL.parse(url, `http://127.0.0.1:${port}`)
  if (at === null || at.pathname !== '/' || at.search === '') return undefined
  return {
    url: at,
    async answer(page, status) {
      if (response.closed || response.destroyed) return
      const finished = once(response, 'close')
      response.writeHead(status, headers).end(page)
      await finished
    },
  }
}
