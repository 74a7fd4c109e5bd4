import { checkGiven, defineAdapter, type StoreDriver } from '@gantry/core/driver'
import { fetchTransport } from '@gantry/http'

import { crc32 } from './bytes/crc32.ts'
import { openStoreOver } from './open-store.ts'
import { hubOptionsSchema, type HubStoreOptions } from './options.ts'
import { parseUrl } from './parse-url.ts'

/** What a hub keeps, or what is below a prefix of it, as a store; over `fetch`. */
export function hubStore(options: HubStoreOptions = {}): StoreDriver {
  checkGiven(options, 'a hub store', { hub: 'string?', prefix: 'string?', now: 'function?', fetch: 'function?' })
  const { fetch, ...rest } = options
  return openStoreOver({ transport: fetchTransport({ fetch, service: 'The hub' }), crc32 }, rest)
}

const definition = {
  summary: 'A Gantry hub: hub://hub.example.org/prefix',
  options: hubOptionsSchema,
  open: (url: string, options: HubStoreOptions) => hubStore({ ...options, ...parseUrl(url, options.key?.hub) }),
}

/** `hub://host[:port]/prefix`. */
export const hubAdapter = defineAdapter({ ...definition, scheme: 'hub' })

/** `hub+http://127.0.0.1:port/prefix`: a hub on this machine, without TLS. */
export const loopbackHubAdapter = defineAdapter({
  ...definition,
  scheme: 'hub+http',
  summary: 'A Gantry hub on this machine, without TLS: hub+http://127.0.0.1:8080/prefix',
})
