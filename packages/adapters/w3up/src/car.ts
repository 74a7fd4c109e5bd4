import type { Store } from '@gantry/core'
import { checkGiven, defineOverAdapter, type OverAdapter, withoutUndefined } from '@gantry/core/driver'

import { type ArchiveDriver, archiveDriver, openArchive } from './archive-driver.ts'
import { carDirectory } from './drivers/car-directory.ts'
import { type ArchiveOptions, archiveOptionsSchema } from './options.ts'

/** An archive of CAR shards in any store, which holds keys and records as well. */
export function car(store: Store, options: ArchiveOptions = {}): ArchiveDriver {
  checkGiven({ store }, 'an archive', { store: 'store' })
  return archiveDriver(openArchive(store, carDirectory(store), options), 'car')
}

/** What a platform hands in, where options come from a URL. */
export type ArchivePlatform = Pick<ArchiveOptions, 'hashing' | 'cipher' | 'fetch'>

/** `car+file:///archive`, `car+s3://bucket/archive`, and over any other scheme. */
export function carAdapterOn(platform: ArchivePlatform = {}): OverAdapter {
  return defineOverAdapter({
    scheme: 'car',
    summary: 'Studies as UnixFS in CAR shards, encrypted',
    options: archiveOptionsSchema,
    over: (given, options) => car(given, { ...withoutUndefined(options), ...platform }),
  })
}
