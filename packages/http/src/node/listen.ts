import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import { GantryError } from '@gantry/core'

export interface ListenOptions {
  /** Default: any that is free. */
  readonly port?: number | undefined
  /** Default: `127.0.0.1`, this machine alone. */
  readonly host?: string | undefined
  /** Begins sentences in errors; default: `The server`. */
  readonly name?: string | undefined
}

/** A server that listens. */
export interface Listening {
  /** Without a slash at its end. */
  readonly url: string
  readonly port: number
  /** Takes no more requests, and resolves when those under way are over, or were cut off after `patience` ms. */
  close(patience?: number): Promise<void>
}

/** A socket on which nothing moves for so long is closed; a body may take as long as it moves. */
const stallTime = 120_000

/** Listens over HTTP/1.1, and hands every request to `answer`. `unavailable` where it cannot listen. */
export async function listen(
  answer: (incoming: IncomingMessage, outgoing: ServerResponse) => void,
  { port = 0, host = '127.0.0.1', name = 'The server' }: ListenOptions = {},
): Promise<Listening> {
  const server = createServer(
    { requestTimeout: 0, headersTimeout: 30_000, keepAliveTimeout: 30_000, highWaterMark: 256 * 1024 },
    answer,
  )
  server.setTimeout(stallTime)
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (cause) {
    throw new GantryError('unavailable', `${name} cannot listen there: the port is taken, or not allowed.`, { cause })
  }
  const { port: bound } = server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    port: bound,
    async close(patience = 10_000) {
      const closed = once(server, 'close')
      server.close()
      server.closeIdleConnections()
      const timer = setTimeout(() => server.closeAllConnections(), patience)
      await closed
      clearTimeout(timer)
    },
  }
}
