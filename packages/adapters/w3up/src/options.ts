import type { Cipher } from '@gantry/age'
import type { Hashing } from '@gantry/core/driver'
import * as z from 'zod'

import { defaultShardSize } from './pack/shard-packer.ts'
import type { Fetch } from './read/gateway-source.ts'
import { defaultSlowAfter } from './read/patience.ts'

/** Options of every archive that a URL, a configuration or an environment can hold. */
export const archiveOptionsSchema = z.strictObject({
  passphrase: z.string().min(1).optional().meta({
    description: 'Opens the archive, or is given to a new one.',
  }),
  ageSecretKey: z.string().min(1).optional().meta({
    description: 'An age identity (AGE-SECRET-KEY-1...) that opens the archive, instead of a passphrase.',
  }),
  recipients: z.array(z.string()).optional().meta({
    description: 'age recipients (age1...) who can open a new archive as well.',
  }),
  public: z.boolean().optional().meta({
    description: 'Write plaintext, which anyone may read who can reach it: a new archive is not encrypted.',
  }),
  shardSize: z.int().min(65_536).default(defaultShardSize).meta({
    description: 'Bytes of a CAR shard at most.',
  }),
  pieceCids: z.boolean().default(false).meta({
    description: 'Record the PieceCID of each shard, for Filecoin: slow, some 15 MiB a second.',
  }),
  gateways: z.array(z.string()).default([]).meta({
    description: 'IPFS gateways that are asked for blocks which the archive does not have, or has damaged.',
  }),
  slowAfter: z.int().min(1).default(defaultSlowAfter).meta({
    description:
      'Milliseconds after which a gateway, node or service that has not given a block is passed over; what changes something has fifteen times as long.',
  }),
  staging: z.string().optional().meta({
    description: 'A folder for one shard at a time while it is packed; default: that of the system.',
  }),
})

/** What an archive is opened with. */
export interface ArchiveOptions extends z.input<typeof archiveOptionsSchema> {
  /** The platform's digests, such as `nodeHashing` of `@gantry/transfer`: shards are hashed on another thread. */
  readonly hashing?: Hashing | undefined
  readonly cipher?: Cipher | undefined
  readonly fetch?: Fetch | undefined
  readonly now?: (() => number) | undefined
}
