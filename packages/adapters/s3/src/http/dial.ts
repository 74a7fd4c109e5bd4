import { connect, isIP, type OnReadOpts, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

/** Where to connect to. */
export interface Origin {
  readonly secure: boolean
  readonly host: string
  readonly port: number
  /** Certificates to trust instead of the system's, in PEM. */
  readonly ca?: string | readonly string[] | undefined
}

/** Opens a socket that reads into the caller's buffers. A certificate that does not fit the host ends it. */
export function dial(origin: Origin, onread: OnReadOpts): Socket {
  const { host, port, secure, ca } = origin
  // Without it, the last short piece of a body would wait for the acknowledgement of the one before.
  const options = { host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000, onread }
  if (!secure) return connect(options)
  const servername = isIP(host) === 0 ? host : ''
  const trusted = ca === undefined ? {} : { ca: typeof ca === 'string' ? ca : [...ca] }
  return connectTls({ ...options, ...trusted, servername, ALPNProtocols: ['http/1.1'], minVersion: 'TLSv1.2' })
}
