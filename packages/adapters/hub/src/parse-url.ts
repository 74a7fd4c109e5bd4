import { GantryError } from '@gantry/core/driver'

/** What a store's URL names. */
export interface Named {
  readonly hub: string
  readonly prefix: string
}

/**
 * `hub://host[:port]/prefix`, over TLS, or `hub+http://127.0.0.1:port/prefix`; the prefix as it is: nothing in it is
 * percent-decoded. `key` tells the path below which the hub is served, where it is one of this hub.
 */
export function parseUrl(url: string, keyHub: string | undefined): Named {
  const [, http = '', host = '', path = ''] = /^hub(\+http)?:\/\/([^/?#@\\\s]+)(?:\/([^?#]*))?$/su.exec(url) ?? []
  if (host === '') {
    throw new GantryError(
      'invalid',
      'A hub store is named by a URL such as hub://hub.example.org/prefix; tokens and keys go into the options.',
    )
  }
  const origin = `${http === '' ? 'https' : 'http'}://${host}`
  const known = URL.parse(keyHub ?? '')
  const base =
    known === null || known.origin !== URL.parse(origin)?.origin ? '' : known.pathname.replaceAll(/^\/+|\/+$/gu, '')
  if (base === '' || (path !== base && !path.startsWith(`${base}/`))) return { hub: origin, prefix: path }
  return { hub: `${origin}/${base}`, prefix: path.slice(base.length) }
}
