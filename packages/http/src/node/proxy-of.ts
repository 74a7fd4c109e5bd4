import { GantryError } from '@gantry/core/driver'

import { isLoopback } from '../loopback.ts'

/** A proxy, as an environment names it. */
export interface Proxy {
  /** It is spoken to over TLS. */
  readonly secure: boolean
  /** Without brackets. */
  readonly host: string
  readonly port: number
  /** Value of `proxy-authorization`, where its URL has a user. */
  readonly authorization?: string
}

export type ProxyEnvironment = Readonly<Record<string, string | undefined>>

/**
 * The proxy for a host by `https_proxy`, `http_proxy` and `no_proxy`, in small letters first, as curl and Node read them:
 * what Node's own agents do, for clients that open their sockets themselves. This machine is reached without one.
 */
export function proxyOf(
  { secure, host, port }: { readonly secure: boolean; readonly host: string; readonly port: number },
  environment: ProxyEnvironment,
): Proxy | undefined {
  const named = (name: string) => environment[name.toLowerCase()] || environment[name] || undefined
  const proxy = named(secure ? 'HTTPS_PROXY' : 'HTTP_PROXY')
  const bare = host.replace(/^\[(.*)\]$/u, '$1').toLowerCase()
  if (proxy === undefined || isLoopback(bare)) return undefined
  const excepted = (named('NO_PROXY') ?? '').split(/[,\s]+/u).filter((one) => one !== '')
  if (excepted.some((one) => isMeant(one.toLowerCase(), bare, port))) return undefined
  const url = URL.parse(/^[a-z]+:\/\//iu.test(proxy) ? proxy : `http://${proxy}`)
  if (url === null) throw noProxy()
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined
  const { protocol, hostname, port: given, username, password } = url
  const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return {
    secure: protocol === 'https:',
    host: hostname.replace(/^\[(.*)\]$/u, '$1'),
    port: given === '' ? (protocol === 'https:' ? 443 : 80) : Number(given),
    ...(username !== '' && { authorization: `Basic ${Buffer.from(user).toString('base64')}` }),
  }
}

/** Its user and password stay unsaid. */
export function noProxy(cause?: unknown): GantryError {
  const message = 'What HTTPS_PROXY or HTTP_PROXY names is no URL: write http://host:port there.'
  return new GantryError('invalid', message, { cause })
}

/** `*`, `host`, `host:port`, `.domain` and `*.domain`, which is all below it; a plain name is also all below it. */
function isMeant(excepted: string, host: string, port: number): boolean {
  if (excepted === '*') return true
  const [, name = '', only] = /^(.*?)(?::(\d+))?$/u.exec(excepted) ?? []
  if (only !== undefined && Number(only) !== port) return false
  const domain = name.replace(/^\*?\./u, '')
  return host === domain || host.endsWith(`.${domain}`)
}
