import { connect, isIP, type OnReadOpts, type Socket } from 'node:net'
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls'

import { type Proxy, type ProxyEnvironment, proxyOf } from '@gantry/http/node'

import { dialProxy, readInto, Tunnel } from './tunnel.ts'

/** Where to connect to. */
export interface Origin {
  readonly secure: boolean
  readonly host: string
  readonly port: number
  /** Certificates to trust instead of the system's, in PEM. */
  readonly ca?: string | readonly string[] | undefined
  /** What it is reached through. */
  readonly proxy?: Proxy | undefined
}

/** The origin of a URL's parts; `hostname` of an IPv6 address may stand in brackets. The environment names proxies. */
export function originOf(
  url: { readonly protocol: string; readonly hostname: string; readonly port?: number | undefined },
  ca: Origin['ca'],
  environment: ProxyEnvironment = process.env,
): Origin {
  const secure = url.protocol === 'https:'
  const origin = { secure, host: url.hostname.replace(/^\[(.*)\]$/u, '$1'), port: url.port ?? (secure ? 443 : 80), ca }
  return { ...origin, proxy: proxyOf(origin, environment) }
}

/** A connection, and the socket whose queue tells how much of what was written has left. */
export interface Line {
  readonly socket: Socket
  readonly wire: Socket
}

/** Opens a socket that reads into the caller's buffers. A certificate that does not fit the host ends it. */
export function dial(origin: Origin, onread: OnReadOpts): Line {
  const { host, port, secure, ca, proxy } = origin
  const trusted = ca === undefined ? {} : { ca: typeof ca === 'string' ? ca : [...ca] }
  const servername = isIP(host) === 0 ? host : ''
  const tls = { ...trusted, servername, ALPNProtocols: ['http/1.1'], minVersion: 'TLSv1.2' } as const
  if (proxy !== undefined && secure) return throughTunnel(new Tunnel(proxy, origin, trusted), { ...tls, host }, onread)
  // Without it, the last short piece of a body would wait for the acknowledgement of the one before.
  const options = { host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000, onread }
  const direct = () => (secure ? connectTls({ ...options, ...tls }) : connect(options))
  const socket = proxy === undefined ? direct() : dialProxy(proxy, trusted, onread)
  return { socket, wire: socket }
}

function throughTunnel(tunnel: Tunnel, tls: ConnectionOptions, onread: OnReadOpts): Line {
  const wire = tunnel.socket
  const socket: TLSSocket = connectTls({ ...tls, socket: tunnel })
  readInto(socket, onread)
  // Only the connection to the proxy is one of the system's.
  socket.ref = () => {
    wire.ref()
    return socket
  }
  socket.unref = () => {
    wire.unref()
    return socket
  }
  return { socket, wire }
}

/** A request as the other side of the socket wants it: a proxy of plain HTTP is told the whole address (RFC 9112 3.2.2). */
export function headFor({ secure, host, port, proxy }: Origin, head: string): string {
  if (proxy === undefined || secure) return head
  const authority = `${host.includes(':') ? `[${host}]` : host}${port === 80 ? '' : `:${port}`}`
  const user = proxy.authorization === undefined ? '' : `\r\nproxy-authorization: ${proxy.authorization}`
  return head.replace(/^(\S+) (\S+) (HTTP\/1\.1)/u, (_, method, path, version) => {
    return `${method} http://${authority}${path} ${version}${user}`
  })
}
