import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'

import { type Begun, objects, uploads } from './object-routes.ts'
import { Refused, Stored } from './stored.ts'

/** Stands for a hub where the real one cannot be imported: the same wire, in memory. */
export class TestHub {
  /** Tokens that are taken. */
  readonly tokens = new Set(['good'])
  /** Answers that are given instead, in their order. */
  readonly instead: ((request: Request) => Response | undefined)[] = []
  /** Method, path and query of every request. */
  readonly seen: string[] = []
  readonly #stored = new Stored()
  readonly #begun = new Map<string, Begun>()
  readonly #server = createServer((request, response) => void this.#serve(request, response))

  static async start(): Promise<TestHub> {
    const hub = new TestHub()
    hub.#server.listen(0, '127.0.0.1')
    await once(hub.#server, 'listening')
    return hub
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Uploads that were begun, and neither completed nor aborted. */
  get unfinished(): number {
    return [...this.#begun.values()].filter(({ done }) => done === undefined).length
  }

  async #handle(request: Request): Promise<Response> {
    const { pathname, search } = new URL(request.url)
    this.seen.push(`${request.method} ${pathname}${search}`)
    try {
      const answer = this.instead.shift()?.(request)
      if (answer !== undefined) return answer
      return await this.#route(request)
    } catch (error) {
      if (error instanceof Refused) return error.answer()
      throw error
    }
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #route(request: Request): Promise<Response> {
    const token = request.headers.get('authorization')?.replace('Bearer ', '') ?? ''
    if (token === 'denied') throw new Refused(403, 'permission_denied')
    if (!this.tokens.has(token)) throw new Refused(401, 'unauthenticated')
    const { pathname, searchParams } = new URL(request.url)
    const [, version, kind, ...segments] = pathname.split('/').map(decodeURIComponent)
    if (version !== 'v1') throw new Refused(404, 'not_found')
    if (kind === 'uploads') return await uploads(this.#stored, this.#begun, segments, request)
    if (segments.length > 0) return await objects(this.#stored, segments.join('/'), request)
    const of = (name: string) => searchParams.get(name) ?? ''
    return Response.json(this.#stored.list(of('prefix'), of('after'), Number(of('limit')) || 1000))
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = incoming
    const body = Readable.toWeb(incoming) as ReadableStream<Uint8Array<ArrayBuffer>>
    const headers = new Headers(incoming.headers as Record<string, string>)
    const bodied = method === 'PUT' || method === 'POST'
    try {
      const request = new Request(`${this.url}${url}`, { method, headers, ...(bodied && { body, duplex: 'half' }) })
      const answer = await this.#handle(request)
      // What is left of the body is taken, so that who sends it gets to read the answer.
      incoming.removeAllListeners('data').resume()
      outgoing.writeHead(answer.status, Object.fromEntries(answer.headers))
      if (answer.body === null) outgoing.end()
      else
        Readable.fromWeb(answer.body)
          .on('error', () => {})
          .pipe(outgoing)
    } catch {
      // The client has left in the middle of its body: what came is not kept.
      outgoing.destroy()
    }
  }
}
