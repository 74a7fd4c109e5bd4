import { once } from 'node:events'
import { Agent, createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'

import { onTestFinished } from 'vitest'

export interface Exchange {
  readonly method: string
  /** Decoded, with the query. */
  readonly target: string
  /** Of the upstream's answer. */
  readonly status: number
}

/** `carried-out`: the upstream has answered, and the client does not know yet. `passing`: so many bytes of a body. */
export type Step = 'asked' | 'passing' | 'carried-out' | 'answered'

const stepBytes = 4 * 1024 * 1024

export interface RecordingProxy {
  readonly url: string
  /** What the upstream has carried out, whoever lived to hear of it. */
  readonly exchanges: readonly Exchange[]
  /** Told of every step of every exchange. */
  onStep: ((step: Step) => void) | undefined
}

/** Passes requests to an S3 server and keeps a list of them. */
export async function startRecordingProxy(upstream: string): Promise<RecordingProxy> {
  const { hostname, port } = new URL(upstream)
  const agent = new Agent({ keepAlive: true })
  const exchanges: Exchange[] = []
  const proxy = { url: '', exchanges, onStep: undefined as ((step: Step) => void) | undefined }
  const stepping = (body: IncomingMessage) => {
    let bytes = 0
    return body.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes < stepBytes) return
      bytes = 0
      proxy.onStep?.('passing')
    })
  }
  const server = createServer({ requestTimeout: 0 }, (incoming, outgoing) => {
    const { method = 'GET', url: path = '/', rawHeaders } = incoming
    proxy.onStep?.('asked')
    const forwarded = request({ hostname, port, method, path, headers: rawHeaders as never, agent }, (answer) => {
      exchanges.push({ method, target: decodeURIComponent(path), status: answer.statusCode ?? 0 })
      proxy.onStep?.('carried-out')
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
      stepping(answer).pipe(outgoing)
      outgoing.once('finish', () => proxy.onStep?.('answered'))
    })
    forwarded.on('error', () => outgoing.destroy())
    incoming.once('close', () => {
      if (!incoming.complete) forwarded.destroy()
    })
    outgoing.on('error', () => forwarded.destroy())
    stepping(incoming).pipe(forwarded)
  })
  server.on('clientError', (_, socket) => socket.destroy())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  proxy.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  onTestFinished(async () => {
    server.closeAllConnections()
    agent.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  return proxy
}
