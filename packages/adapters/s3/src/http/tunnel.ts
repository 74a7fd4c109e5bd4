import { connect, isIP, type OnReadOpts, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'

import { GantryError } from '@gantry/core/driver'
import type { Proxy } from '@gantry/http/node'

/** Longest answer of a proxy that is still taken for one. */
const longestHead = 65_536

type Trusted = Pick<ConnectionOptions, 'ca'>

/** Opens a socket to a proxy. */
export function dialProxy({ host, port, secure }: Proxy, trusted: Trusted, onread?: OnReadOpts): Socket {
  const kept = { host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 }
  const options = { ...kept, ...(onread !== undefined && { onread }) }
  if (!secure) return connect(options)
  return connectTls({ ...options, ...trusted, servername: isIP(host) === 0 ? host : '', ALPNProtocols: ['http/1.1'] })
}

/** What lies behind a proxy, once it has said that it lets us through (RFC 9110 9.3.6); what is written before waits. */
export class Tunnel extends Duplex {
  readonly socket: Socket
  #head = Buffer.alloc(0)
  #open = false
  #waiting: (() => void) | undefined

  constructor(proxy: Proxy, target: { readonly host: string; readonly port: number }, trusted: Trusted) {
    super()
    this.socket = dialProxy(proxy, trusted)
    const to = `${target.host.includes(':') ? `[${target.host}]` : target.host}:${target.port}`
    const user = proxy.authorization === undefined ? '' : `proxy-authorization: ${proxy.authorization}\r\n`
    this.socket.write(`CONNECT ${to} HTTP/1.1\r\nhost: ${to}\r\n${user}\r\n`)
    this.socket.on('data', (chunk: Buffer) => (this.#open ? this.#pass(chunk) : this.#listen(chunk)))
    this.socket.on('end', () => (this.#open ? this.push(null) : this.destroy(refused(0))))
    this.socket.on('error', (error) => this.destroy(error))
    this.socket.on('close', () => this.destroy())
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const write = () => this.socket.write(chunk, encoding, done)
    if (this.#open) write()
    else this.#waiting = write
  }

  override _read(): void {
    this.socket.resume()
  }

  override _final(done: () => void): void {
    this.socket.end(done)
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.socket.destroy()
    done(error)
  }

  #pass(chunk: Buffer): void {
    if (!this.push(chunk)) this.socket.pause()
  }

  #listen(chunk: Buffer): void {
    this.#head = Buffer.concat([this.#head, chunk])
    const end = this.#head.indexOf('\r\n\r\n')
    if (end < 0) {
      if (this.#head.length > longestHead) this.destroy(refused(0))
      return
    }
    const [, status = '0'] = /^HTTP\/1\.[01] (\d{3})/u.exec(this.#head.toString('latin1')) ?? []
    if (!status.startsWith('2')) {
      this.destroy(refused(Number(status)))
      return
    }
    this.#open = true
    if (this.#head.length > end + 4) this.#pass(this.#head.subarray(end + 4))
    this.#waiting?.()
  }
}

/** What 407 is told as, whoever meets it. */
export const proxyWantsLogin =
  'The proxy wants to be told who asks: put user and password into its URL in the environment.'

function refused(status: number): GantryError {
  const what =
    status === 407
      ? proxyWantsLogin
      : `The proxy does not let us through${status === 0 ? '' : ` (${status})`}: check HTTPS_PROXY and NO_PROXY.`
  return new GantryError(status === 407 ? 'unauthenticated' : 'unavailable', what, {
    retryable: status === 0 || status >= 500,
  })
}

/** For sockets that cannot read into the caller's buffers: copies what comes into them. */
export function readInto(socket: Socket, onread: OnReadOpts): void {
  socket.on('data', (chunk: Buffer) => {
    for (let at = 0; at < chunk.length;) {
      const into = typeof onread.buffer === 'function' ? onread.buffer() : onread.buffer
      const count = chunk.copy(into, 0, at)
      at += count
      if (onread.callback(count, into)) continue
      socket.pause()
      if (at < chunk.length) socket.unshift(chunk.subarray(at))
      return
    }
  })
}
