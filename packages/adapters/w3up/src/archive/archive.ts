import type { Cipher } from '@gantry/age'
import type { Hashing } from '@gantry/core/driver'

import type { ArchiveLock } from '../manifest/archive-keys.ts'
import type { Catalogue } from '../manifest/catalogue.ts'
import type { Home } from '../manifest/home.ts'
import type { Keyring } from '../manifest/keyring.ts'
import type { BlockSource } from '../read/block-source.ts'
import type { ShardStore } from '../shards/shard-store.ts'
import type { Staging } from '../staging/staging.ts'
import type { Readers } from './readers.ts'

/** What all that an archive does works with. */
export interface Archive {
  readonly home: Home
  readonly shards: ShardStore
  readonly lock: ArchiveLock
  readonly keyring: Keyring
  readonly catalogue: Catalogue
  readonly readers: Readers
  /** Where blocks are asked for besides: gateways, other archives. */
  readonly others: readonly BlockSource[]
  readonly staging: Staging
  readonly shardSize: number
  readonly pieceCids: boolean
  readonly cipher: Cipher
  readonly hashing: Hashing | undefined
  readonly now: () => number
  /** One after another: what adds, replaces or removes units. */
  readonly exclusively: <Value>(work: () => Promise<Value>) => Promise<Value>
}

/** Runs pieces of work one after another, whatever becomes of each. */
export function oneByOne(): Archive['exclusively'] {
  let last: Promise<unknown> = Promise.resolve()
  return async (work) => {
    const mine = last.then(work, work)
    last = mine.catch(() => {})
    return await mine
  }
}
