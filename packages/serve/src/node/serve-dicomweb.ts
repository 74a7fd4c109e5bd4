import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import { GantryError } from '@gantry/core'

import type { DicomwebServer } from '../server.ts'
import { sendAnswer } from './send-answer.ts'

export interface ServeDicomwebOptions {
  /** Default: any that is free. */
  readonly port?: number
  /** Default: `127.0.0.1`, this machine alone. */
  readonly host?: string
  /**
   * Names and addresses by which the server may be asked (`Host`), besides those of this machine; `*`: any. Default:
   * none. A page that has its own name point to this machine is refused like that.
   */
  readonly hosts?: readonly string[]
  readonly onError?: (error: unknown) => void
}

export interface ServedDicomweb {
  /** The root: what clients are given. */
  readonly url: string
  readonly port: number
  /** Takes no more requests, and resolves when those under way are over, or were cut off after `patience` ms. */
  close(patience?: number): Promise<void>
}

/** A socket on which nothing moves for so long is closed; a body may take as long as it moves. */
const stallTime = 120_000

/** Serves over HTTP/1.1. Put a proxy with TLS before it unless it serves this machine alone. */
export async function serveDicomweb(
  dicomweb: DicomwebServer,
  options: ServeDicomwebOptions = {},
): Promise<ServedDicomweb> {
  const { port = 0, host = '127.0.0.1', hosts = [], onError = () => {} } = options
  const server = createServer(
    { requestTimeout: 0, headersTimeout: 30_000, keepAliveTimeout: 30_000, highWaterMark: 256 * 1024 },
    (incoming, outgoing) => {
      handle(dicomweb, hosts, incoming, outgoing).catch((error: unknown) => {
        if (!outgoing.destroyed) onError(error)
        outgoing.destroy()
      })
    },
  )
  server.setTimeout(stallTime)
  await listen(server, port, host)
  const { port: bound } = server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}${dicomweb.path}`,
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

async function handle(
  dicomweb: DicomwebServer,
  hosts: readonly string[],
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { method = 'GET', url = '/', headers } = incoming
  const host = headers.host ?? ''
  const parsed = URL.parse(url, `http://${host}`)
  if (parsed === null || !isServed(parsed.hostname, hosts)) {
    outgoing.writeHead(421, { 'Content-Length': '0', Connection: 'close' }).end()
    return
  }
  const controller = new AbortController()
  outgoing.on('close', () => {
    if (!outgoing.writableFinished) controller.abort()
  })
  const answer = await dicomweb.answer({
    method,
    path: parsed.pathname,
    query: parsed.searchParams,
    header: (name) => {
      const value = headers[name]
      return Array.isArray(value) ? value.join(', ') : value
    },
    origin: parsed.origin,
    body: incoming as AsyncIterable<Uint8Array>,
    signal: controller.signal,
  })
  await sendAnswer(answer, incoming, outgoing)
}

function isServed(hostname: string, hosts: readonly string[]): boolean {
  if (hosts.includes('*') || hosts.includes(hostname)) return true
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/u.test(hostname)
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (cause) {
    throw new GantryError('unavailable', 'The server cannot listen there: the port is taken, or not allowed.', {
      cause,
    })
  }
}
