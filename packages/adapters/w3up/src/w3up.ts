import type { Store } from '@gantry/core'
import { checkGiven, defineOverAdapter, GantryError, type OverAdapter, withoutUndefined } from '@gantry/core/driver'
import * as z from 'zod'

import { type ArchiveDriver, archiveDriver, openArchive } from './archive-driver.ts'
import type { ArchivePlatform } from './car.ts'
import { lazyShards } from './drivers/lazy-shards.ts'
import { openW3upClient, type W3upAccess } from './drivers/open-w3up-client.ts'
import type { W3upClient } from './drivers/w3up-client.ts'
import { w3upShards } from './drivers/w3up-shards.ts'
import { type ArchiveOptions, archiveOptionsSchema } from './options.ts'

export interface W3upOptions extends ArchiveOptions {
  /** A client whose current space is to be used, or what one is made with. */
  readonly client: W3upClient | W3upAccess
}

/**
 * An archive in a space of a w3up service. Keys and records are kept in a store of one's own, where they can be destroyed:
 * what is on a public network cannot.
 */
export function w3up(home: Store, given: W3upOptions): ArchiveDriver {
  checkGiven({ home }, 'a w3up archive', { home: 'store' })
  checkGiven(given, 'a w3up archive', { client: 'object' })
  const { client, ...options } = given
  const open = async () => ('capability' in client ? client : await openW3upClient(client))
  const shards = lazyShards({ name: 'the service', isPublic: true }, async () =>
    w3upShards(await open(), { home, fetch: options.fetch, slowAfter: options.slowAfter }),
  )
  return archiveDriver(openArchive(home, shards, options), 'w3up')
}

const optionsSchema = z.strictObject({
  ...archiveOptionsSchema.shape,
  endpoint: z.url().optional().meta({ description: 'URL of the w3up service.' }),
  service: z.string().optional().meta({ description: 'DID of the service, did:web:...' }),
  receipts: z
    .url()
    .optional()
    .meta({ description: 'URL that receipts are below; default: receipt/ below the endpoint.' }),
  agentSecret: z.string().optional().meta({ description: "The agent's private key." }),
  proof: z.string().optional().meta({ description: 'A delegation of the space to the agent, as one string.' }),
})

/** `w3up+file:///home/of/keys`, with endpoint, service, agentSecret and proof as options. */
export function w3upAdapterOn(platform: ArchivePlatform = {}): OverAdapter {
  return defineOverAdapter({
    scheme: 'w3up',
    summary: 'Studies in a space of a w3up service, encrypted; keys and records',
    options: optionsSchema,
    over(given, { endpoint, service, receipts, agentSecret: key, proof, ...options }) {
      if (endpoint === undefined || service === undefined || key === undefined || proof === undefined) {
        throw new GantryError('invalid', 'A w3up service needs endpoint, service (its DID), agentSecret and proof.')
      }
      const client = { endpoint, service, key, proof, ...(receipts !== undefined && { receipts }) }
      return w3up(given, { ...withoutUndefined(options), ...platform, client })
    },
  })
}
