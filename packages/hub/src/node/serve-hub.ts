import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { GantryError } from '@gantry/core'
import { getRequestListener } from '@hono/node-server'

import type { Hub } from '../hub.ts'

export interface ServeHubOptions {
  /** Default: any that is free. */
  readonly port?: number
  /** Default: `127.0.0.1`, this machine alone. */
  readonly host?: string
  /** How many proxies before the hub add to `X-Forwarded-For`; default: 0, the header is not believed. */
  readonly trustProxy?: number
  /** Milliseconds between sweeps; default: an hour; 0: none. */
  readonly sweepEvery?: number
  readonly onError?: (error: unknown) => void
}

export interface ServedHub {
  readonly url: string
  readonly port: number
  /** Takes no more requests, and resolves when those under way are over, or were cut off after `patience` ms. */
  close(patience?: number): Promise<void>
}

/** A socket on which nothing moves for so long is closed; a body may take as long as it moves. */
const stallTime = 120_000

/** Serves a hub over HTTP/1.1. Put a proxy with TLS before it unless it serves this machine alone. */
export async function serveHub(hub: Hub, options: ServeHubOptions = {}): Promise<ServedHub> {
  const { port = 0, host = '127.0.0.1', trustProxy = 0, sweepEvery = 3_600_000, onError = () => {} } = options
  const listener = getRequestListener(async (request, { incoming, outgoing }) => {
    const message = incoming as IncomingMessage
    // The message itself is a body already: a web stream around it would cost time and nothing else.
    const cutOff = () => void outgoing.destroy()
    return await hub.fetch(request, { address: addressOf(message, trustProxy), body: message, cutOff })
  })
  const server = createServer(
    { requestTimeout: 0, headersTimeout: 30_000, keepAliveTimeout: 30_000, highWaterMark: 256 * 1024 },
    (incoming, outgoing) => void listener(incoming, outgoing),
  )
  server.setTimeout(stallTime)
  await listen(server, port, host)
  const sweeping = sweepEvery > 0 ? setInterval(() => void hub.sweep().catch(onError), sweepEvery) : undefined
  sweeping?.unref()
  const { port: bound } = server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    port: bound,
    async close(patience = 10_000) {
      clearInterval(sweeping)
      const closed = once(server, 'close')
      server.close()
      server.closeIdleConnections()
      const timer = setTimeout(() => server.closeAllConnections(), patience)
      await closed
      clearTimeout(timer)
    },
  }
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (cause) {
    throw new GantryError('unavailable', 'The hub cannot listen there: the port is taken, or not allowed.', { cause })
  }
}

/** The entry that the outermost trusted proxy added: what stands before it anyone may have written. */
function addressOf({ headers, socket }: IncomingMessage, trustProxy: number): string | undefined {
  const forwarded = headers['x-forwarded-for']
  if (trustProxy > 0 && forwarded !== undefined) {
    const hops = String(forwarded).split(',')
    return (hops.at(-trustProxy) ?? hops[0])?.trim()
  }
  return socket.remoteAddress
}
