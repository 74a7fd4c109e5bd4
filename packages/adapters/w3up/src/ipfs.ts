import type { Store } from '@gantry/core'
import { checkGiven, defineOverAdapter, GantryError, type OverAdapter, withoutUndefined } from '@gantry/core/driver'
import * as z from 'zod'

import { type ArchiveDriver, archiveDriver, openArchive } from './archive-driver.ts'
import type { ArchivePlatform } from './car.ts'
import { type KuboAccess, KuboRpc } from './drivers/kubo-rpc.ts'
import { kuboShards, kuboSource } from './drivers/kubo-shards.ts'
import { type PinningAccess, PinningService } from './drivers/pinning-service.ts'
import { type ArchiveOptions, archiveOptionsSchema } from './options.ts'

export interface IpfsOptions extends ArchiveOptions {
  readonly kubo: Omit<KuboAccess, 'fetch' | 'slowAfter'>
  /** A service that is asked to pin the root of each unit as well. */
  readonly pinning?: Omit<PinningAccess, 'fetch' | 'slowAfter'> | undefined
}

/** An archive whose blocks a Kubo node keeps; keys, records and indexes are in a store of one's own. */
export function ipfs(home: Store, given: IpfsOptions): ArchiveDriver {
  checkGiven({ home }, 'an archive on IPFS', { home: 'store' })
  checkGiven(given, 'an archive on IPFS', { kubo: 'object', pinning: 'object?' })
  const { kubo, pinning, ...options } = given
  const { fetch: send, slowAfter } = options
  const rpc = new KuboRpc({ ...kubo, fetch: send, slowAfter })
  const service = pinning === undefined ? undefined : new PinningService({ ...pinning, fetch: send, slowAfter })
  const archive = openArchive(home, kuboShards(rpc, home, service), options, [kuboSource(rpc)])
  return archiveDriver(archive, 'ipfs')
}

const optionsSchema = z.strictObject({
  ...archiveOptionsSchema.shape,
  api: z.url().optional().meta({ description: 'URL of the RPC API of a Kubo node, such as http://127.0.0.1:5001.' }),
  pinningEndpoint: z.url().optional().meta({ description: 'URL of an IPFS Pinning Service API.' }),
  pinningToken: z.string().optional().meta({ description: 'Its access token.' }),
})

/** `ipfs+file:///home/of/keys`, with the RPC API of a node as an option. */
export function ipfsAdapterOn(platform: ArchivePlatform = {}): OverAdapter {
  return defineOverAdapter({
    scheme: 'ipfs',
    summary: 'Studies on a Kubo node, encrypted; keys and records',
    options: optionsSchema,
    over(given, { api, pinningEndpoint: endpoint, pinningToken: token, ...options }) {
      if (api === undefined)
        throw new GantryError('invalid', 'An archive on IPFS needs the RPC API of a Kubo node (api).')
      if ((endpoint === undefined) !== (token === undefined)) {
        throw new GantryError('invalid', 'A pinning service needs pinningEndpoint and pinningToken.')
      }
      const pinning = endpoint === undefined || token === undefined ? {} : { pinning: { endpoint, token } }
      return ipfs(given, { ...withoutUndefined(options), ...platform, ...pinning, kubo: { api } })
    },
  })
}
