import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

interface Named {
  readonly name: string
}

export interface ReceivedSpan extends Named {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
}

interface ScopeOf<Kind extends string, Item> {
  readonly resource?: {
    readonly attributes?: readonly { readonly key: string; readonly value: { stringValue?: string } }[]
  }
  readonly scopeSpans?: readonly { readonly [key in Kind]?: readonly Item[] }[]
  readonly scopeMetrics?: readonly { readonly [key in Kind]?: readonly Item[] }[]
}

interface Received {
  readonly resourceSpans?: readonly ScopeOf<'spans', ReceivedSpan>[]
  readonly resourceMetrics?: readonly ScopeOf<'metrics', Named>[]
}

/** An OTLP receiver as collectors have one: `POST /v1/traces` and `/v1/metrics`, in JSON (opentelemetry-proto, OTLP/HTTP). */
export class OtlpReceiver {
  readonly url: string
  /** All that came, as it came. */
  text = ''
  readonly #server: Server
  readonly #received: Received[] = []

  private constructor(server: Server) {
    this.#server = server
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  static async start(): Promise<OtlpReceiver> {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const receiver = new OtlpReceiver(server)
    server.on('request', (request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const isKnown = request.method === 'POST' && /^\/v1\/(traces|metrics)$/u.test(request.url ?? '')
        const isJson = request.headers['content-type'] === 'application/json'
        if (isKnown && isJson) receiver.#hear(Buffer.concat(chunks).toString('utf8'))
        response.writeHead(isKnown ? (isJson ? 200 : 415) : 404, { 'content-type': 'application/json' })
        response.end('{}')
      })
    })
    return receiver
  }

  spans(): ReceivedSpan[] {
    const resources = this.#received.flatMap(({ resourceSpans = [] }) => resourceSpans)
    return resources.flatMap(({ scopeSpans = [] }) => scopeSpans.flatMap(({ spans = [] }) => spans))
  }

  /** Their names. */
  metrics(): string[] {
    const resources = this.#received.flatMap(({ resourceMetrics = [] }) => resourceMetrics)
    const scopes = resources.flatMap(({ scopeMetrics = [] }) => scopeMetrics)
    return [...new Set(scopes.flatMap(({ metrics = [] }) => metrics.map(({ name }) => name)))]
  }

  services(): Set<string> {
    const all = this.#received.flatMap(({ resourceSpans = [], resourceMetrics = [] }) => [
      ...resourceSpans,
      ...resourceMetrics,
    ])
    const attributes = all.flatMap(({ resource }) => resource?.attributes ?? [])
    return new Set(attributes.flatMap(({ key, value }) => (key === 'service.name' ? (value.stringValue ?? '') : [])))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #hear(text: string): void {
    this.text += text
    this.#received.push(JSON.parse(text) as Received)
  }
}
