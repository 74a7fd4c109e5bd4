import type { IncomingMessage, ServerResponse } from 'node:http'

import { isLoopback } from '@gantry/http'
import { listen } from '@gantry/http/node'

import type { DicomwebServer } from '../server.ts'
import { sendAnswer } from './send-answer.ts'

export interface ServeDicomwebOptions {
  /** Default: any that is free. */
  readonly port?: number | undefined
  /** Default: `127.0.0.1`, this machine alone. */
  readonly host?: string | undefined
  /**
   * Names and addresses by which the server may be asked (`Host`), besides those of this machine; `*`: any. Default:
   * none. A page that has its own name point to this machine is refused like that.
   */
  readonly hosts?: readonly string[] | undefined
  readonly onError?: ((error: unknown) => void) | undefined
}

export interface ServedDicomweb {
  /** The root: what clients are given. */
  readonly url: string
  readonly port: number
  /** Takes no more requests, and resolves when those under way are over, or were cut off after `patience` ms. */
  close(patience?: number): Promise<void>
}

/** Serves over HTTP/1.1. Put a proxy with TLS before it unless it serves this machine alone. */
export async function serveDicomweb(
  dicomweb: DicomwebServer,
  options: ServeDicomwebOptions = {},
): Promise<ServedDicomweb> {
  const { port, host, hosts = [], onError = () => {} } = options
  const answer = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    handle(dicomweb, hosts, incoming, outgoing).catch((error: unknown) => {
      if (!outgoing.destroyed) onError(error)
      outgoing.destroy()
    })
  }
  const where = { ...(port !== undefined && { port }), ...(host !== undefined && { host }) }
  const listening = await listen(answer, where)
  return { ...listening, url: `${listening.url}${dicomweb.path}` }
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
    origin: originOf(parsed, host, incoming.socket.localPort),
    body: incoming as AsyncIterable<Uint8Array>,
    signal: controller.signal,
  })
  await sendAnswer(answer, incoming, outgoing)
}

/**
 * As the client named it. One that leaves out the port of this machine's own name, as some do, came to it all the same; before
 * another name there may be a proxy that has the usual port.
 */
function originOf({ origin, hostname }: URL, host: string, port: number | undefined): string {
  const isWhole = /:\d+$/u.test(host) || !isLoopback(hostname)
  return isWhole || port === undefined || port === 80 ? origin : `${origin}:${port}`
}

function isServed(hostname: string, hosts: readonly string[]): boolean {
  if (hosts.includes('*') || hosts.includes(hostname)) return true
  return isLoopback(hostname)
}
