import { crc32 } from 'node:zlib'

import { checkGiven, defineAdapter, GantryError, type StoreDriver } from '@gantry/core/driver'
import { nodeTransport } from '@gantry/http/node'
import type { z } from 'zod'

import { openStoreOver } from '../open-store.ts'
import { nodeHubOptionsSchema, type NodeHubStoreOptions } from '../options.ts'
import { parseUrl } from '../parse-url.ts'
import { readKeyFile } from './read-key-file.ts'

/** What a hub keeps, or what is below a prefix of it, as a store; over `node:http`, with bodies as streams. */
export function hubStore(options: NodeHubStoreOptions = {}): StoreDriver {
  checkGiven(options, 'a hub store', { hub: 'string?', prefix: 'string?', now: 'function?' })
  const { ca, ...rest } = options
  return openStoreOver({ transport: nodeTransport({ ca, service: 'The hub' }), crc32 }, rest)
}

const definition = {
  summary: 'A Gantry hub: hub://hub.example.org/prefix',
  options: nodeHubOptionsSchema,
  async open(url: string, options: z.output<typeof nodeHubOptionsSchema>) {
    const { keyFile, ...rest } = options
    if (keyFile !== undefined && rest.key !== undefined) {
      throw new GantryError('invalid', 'There is a "key" and a "keyFile": give one of them.')
    }
    const key = keyFile === undefined ? rest.key : await readKeyFile(keyFile)
    return hubStore({ ...rest, ...(key && { key }), ...parseUrl(url, key?.hub) })
  },
}

/** `hub://host[:port]/prefix`. */
export const hubAdapter = defineAdapter({ ...definition, scheme: 'hub' })

/** `hub+http://127.0.0.1:port/prefix`: a hub on this machine, without TLS. */
export const loopbackHubAdapter = defineAdapter({
  ...definition,
  scheme: 'hub+http',
  summary: 'A Gantry hub on this machine, without TLS: hub+http://127.0.0.1:8080/prefix',
})
