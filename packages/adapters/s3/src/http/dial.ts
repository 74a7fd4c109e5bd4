import { connect, isIP, type OnReadOpts, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

import { GantryError } from '@gantry/core/driver'

/** Where to connect to. */
export interface Origin {
  readonly secure: boolean
  readonly host: string
  readonly port: number
  /** Certificates to trust instead of the system's, in PEM. */
  readonly ca?: string | readonly string[] | undefined
}

/** The origin of a URL's parts; `hostname` of an IPv6 address may stand in brackets. */
export function originOf(
  url: { readonly protocol: string; readonly hostname: string; readonly port?: number | undefined },
  ca: Origin['ca'],
): Origin {
  const secure = url.protocol === 'https:'
  return { secure, host: url.hostname.replace(/^\[(.*)\]$/u, '$1'), port: url.port ?? (secure ? 443 : 80), ca }
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

/** Errors of the socket as they are, but for a certificate that is not trusted: that is so the next time too. */
export function asDialError(error: Error): Error {
  const { code } = error as { code?: unknown }
  const untrusted = /^(?:CERT_|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED_CERT|UNABLE_TO_|ERR_TLS_CERT_ALTNAME)/u
  if (typeof code !== 'string' || !untrusted.test(code)) return error
  const message = "The server's certificate is not trusted: give its authority by the option ca or NODE_EXTRA_CA_CERTS."
  return new GantryError('unavailable', message, { cause: error, retryable: false })
}
