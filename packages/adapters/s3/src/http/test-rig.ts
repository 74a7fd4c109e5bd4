import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'

import { collect, isGantryError } from '@gantry/core/driver'
import { vi } from 'vitest'

import type { Incoming } from './connection.ts'
import type { Origin } from './dial.ts'
import { HttpClient, type Request } from './http-client.ts'

export type Handler = (socket: Socket, request: string, nth: number) => unknown

/** A client, and a server that is told byte by byte what to answer. */
export class SocketRig {
  readonly server: Server
  readonly client: HttpClient
  readonly sockets: Socket[] = []
  /** What was received: each request with its head, and with as many bytes as it said. */
  readonly requests: string[] = []
  onRequest: Handler = () => {}

  constructor() {
    this.client = new HttpClient({ seconds: 1, bytesPerSecond: 100 })
    this.server = createServer((socket) => {
      this.sockets.push(socket)
      socket.on('error', () => {})
      let received = ''
      socket.on('data', (bytes) => {
        received = this.#read(socket, received + bytes.toString('latin1'))
      })
    })
  }

  static async start(): Promise<SocketRig> {
    const rig = new SocketRig()
    rig.server.listen(0, '127.0.0.1')
    await once(rig.server, 'listening')
    return rig
  }

  get origin(): Origin {
    const address = this.server.address()
    if (address === null || typeof address === 'string') throw new Error('The server does not listen.')
    return { secure: false, host: '127.0.0.1', port: address.port }
  }

  async send(more: Partial<Request> & { headers?: string } = {}, signal?: AbortSignal): Promise<Incoming> {
    const { method = 'GET', headers = '', ...rest } = more
    const length = rest.body instanceof Uint8Array ? `content-length: ${rest.body.length}\r\n` : ''
    const head = `${method} /k HTTP/1.1\r\nhost: x\r\n${length}${headers}\r\n`
    const request = { method, head, repeatable: true, ...rest }
    return await this.client.send(this.origin, request, signal ?? new AbortController().signal)
  }

  /** Waits until the server has seen the end of a connection. */
  async closed(nth: number): Promise<void> {
    await vi.waitUntil(() => this.sockets[nth]?.destroyed === true, { timeout: 30_000 })
  }

  async close(): Promise<void> {
    this.client.close()
    for (const socket of this.sockets) socket.destroy()
    this.server.close()
    await once(this.server, 'close')
  }

  /** Answers what is no whole request yet. */
  #read(socket: Socket, received: string): string {
    const head = received.indexOf('\r\n\r\n')
    if (head < 0) return received
    const length = Number(/content-length: (\d+)/iu.exec(received.slice(0, head))?.[1] ?? 0)
    if (received.length < head + 4 + length && !received.includes('x-early')) return received
    const text = received.slice(0, head + 4 + length)
    this.requests.push(text)
    this.onRequest(socket, text, this.requests.length)
    return this.#read(socket, received.slice(text.length))
  }
}

export async function textOf(incoming: Incoming): Promise<string> {
  return Buffer.from(await collect(incoming.body)).toString('latin1')
}

/** Code of what a promise is rejected with. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
    return 'none'
  } catch (error) {
    return isGantryError(error) ? error.code : String((error as { code?: string }).code)
  }
}

export async function wait(milliseconds = 5): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds))
}
