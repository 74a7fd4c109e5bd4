import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http'

// As browsers do: connections are kept, and as many are opened as there are requests.
const agent = new Agent({ keepAlive: true })

type Listener = ((event: unknown) => void) | null

/**
 * As much of a browser's XMLHttpRequest as `dicomweb-client` uses, over `node:http`. Nothing is added to what a browser
 * does, retries neither; requests carry no `Accept-Encoding`, so that no answer is compressed.
 */
export class XmlHttpRequest {
  readyState = 0
  status = 0
  statusText = ''
  response: unknown = null
  responseType = ''
  withCredentials = false
  timeout = 0
  readonly upload = {}
  onreadystatechange: Listener = null
  onprogress: Listener = null
  onloadstart: Listener = null
  onloadend: Listener = null
  onerror: Listener = null
  #method = 'GET'
  #url = ''
  #headers: Record<string, string> = {}
  #request: ClientRequest | undefined
  #answer: IncomingMessage | undefined

  open(method: string, url: string): void {
    this.#method = method.toUpperCase()
    this.#url = url
    this.readyState = 1
  }

  setRequestHeader(name: string, value: string): void {
    this.#headers[name.toLowerCase()] = value
  }

  getResponseHeader(name: string): string | null {
    const value = this.#answer?.headers[name.toLowerCase()]
    return value === undefined ? null : String(value)
  }

  getAllResponseHeaders(): string {
    return Object.entries(this.#answer?.headers ?? {})
      .map(([name, value]) => `${name}: ${String(value)}\r\n`)
      .join('')
  }

  send(body?: ArrayBuffer | Uint8Array | string): void {
    const options = { method: this.#method, headers: this.#headers, agent }
    this.onloadstart?.({})
    this.#request = request(this.#url, options, (answer) => void this.#receive(answer))
    this.#request.on('error', () => this.#end(0, Buffer.alloc(0)))
    this.#request.end(body instanceof ArrayBuffer ? new Uint8Array(body) : body)
  }

  abort(): void {
    this.#request?.destroy()
  }

  async #receive(answer: IncomingMessage): Promise<void> {
    this.#answer = answer
    const total = Number(answer.headers['content-length'] ?? 0)
    const chunks: Buffer[] = []
    let loaded = 0
    try {
      for await (const chunk of answer as AsyncIterable<Buffer>) {
        chunks.push(chunk)
        loaded += chunk.length
        this.readyState = 3
        this.onprogress?.({ lengthComputable: total > 0, loaded, total })
      }
    } catch {
      this.#end(0, Buffer.alloc(0))
      return
    }
    this.#end(answer.statusCode ?? 0, Buffer.concat(chunks))
  }

  /** A request that failed has status 0, and no more is said of why. */
  #end(status: number, body: Buffer): void {
    if (this.readyState === 4) return
    this.readyState = 4
    this.status = status
    this.response = this.#responseOf(body)
    if (status === 0) this.onerror?.({})
    this.onreadystatechange?.({})
    this.onloadend?.({})
  }

  #responseOf(body: Buffer): unknown {
    if (this.responseType === 'arraybuffer') return new Uint8Array(body).buffer
    if (this.responseType !== 'json') return body.toString()
    try {
      return JSON.parse(body.toString())
    } catch {
      return null
    }
  }
}
