import type { Store } from '@gantry/core'
import {
  checkGiven,
  type CallOptions,
  checkPath,
  defineOverAdapter,
  type OverAdapter,
  parseOptions,
  type StoreDriver,
  toCall,
} from '@gantry/core/driver'

import { crc32cOf } from './bytes/hasher.ts'
import type { Cod } from './cod-parts.ts'
import { readFrame } from './frames/read-frame.ts'
import { type CodOptions, codOptionsSchema } from './options.ts'
import { search } from './query/search.ts'
import { fetchInstances } from './read/fetch-instances.ts'
import { readInstance, statInstance } from './read/read-instance.ts'
import { listInstances } from './series/list-instances.ts'
import { SeriesCache } from './series/series-cache.ts'
import { layout } from './series/series-name.ts'
import { discardSeries, storeSeries } from './write/store-series.ts'

/** A store over cloud optimized DICOM, and what it can do that no other store can. */
export interface CodDriver extends StoreDriver {
  /**
   * The bytes of one frame, counted from 1, as they are stored: native pixels, or one codestream. By two requests, where the
   * metadata tell where frames are.
   */
  readFrame(path: string, frame: number, options?: CallOptions): Promise<Uint8Array>
}

/** Cloud optimized DICOM in a store that holds tars, metadata and indexes below `studies`. */
export function cod(store: Store, options: CodOptions = {}): CodDriver {
  const parts = partsOf(store, options)
  return {
    contract: 1,
    scheme: 'cod',
    url: `cod+${store.url}`,
    abilities: {
      write: false,
      remove: false,
      conditional: false,
      versions: true,
      digests: ['crc32c'],
      modified: 'stored',
      order: store.abilities.order,
      longestPath: store.abilities.longestPath,
      longestSegment: store.abilities.longestSegment,
      parcels: {
        fetch: { unit: 'series', sideBySide: false },
        store: { unit: 'series', resumable: store.uploads !== undefined },
      },
      query: true,
      layout,
    },
    list: (selection, call) => listInstances(parts, selection, call),
    stat: async (path, call) => await statInstance(parts, path, call),
    read: async (ref, range, call) => await readInstance(parts, ref, range, call),
    // What the given store throws has its code already.
    codeOf: () => undefined,
    parcels: {
      fetch: (entries, call) => fetchInstances(parts, entries, call),
      store: async (parcel, call) => await storeSeries(parts, parcel, call),
      discard: async (saved, call) => await discardSeries(parts, saved, call),
    },
    query: { search: (query, call) => search(parts, query, call) },
    readFrame: async (path, frame, given) => await readFrame(parts, checkPath(path), frame, toCall(given)),
    close: async () => await store.close(),
  }
}

/** What a platform hands in, where options come from a URL. */
export type CodPlatform = Pick<CodOptions, 'hashing' | 'onTrouble'>

/** `cod+s3://bucket/root`, `cod+file:///folder`, and over any other scheme. */
export function codAdapterOn(platform: CodPlatform = {}): OverAdapter {
  return defineOverAdapter({
    scheme: 'cod',
    summary: 'Cloud optimized DICOM (COD), a tar for each series',
    options: codOptionsSchema,
    over: (given, options) => cod(given, { ...options, ...platform }),
  })
}

/** What all that this package does works with. */
export function partsOf(store: Store, options: CodOptions): Cod {
  checkGiven({ store }, 'a cod store', { store: 'store' })
  checkGiven(options, 'a cod store', {
    uri: 'string?',
    hashing: 'function?',
    hashUid: 'function?',
    now: 'function?',
    randomUUID: 'function?',
    onTrouble: 'function?',
  })
  const { onTrouble, skipUnreadable = false, hashing, hashUid, uri = store.url, now, randomUUID, ...rest } = options
  const parsed = parseOptions(codOptionsSchema, rest, 'a cod store')
  return {
    store,
    settings: {
      ...parsed,
      onTrouble,
      skipUnreadable,
      hashUid,
      uri: uri.replace(/\/+$/u, ''),
      now: now ?? Date.now,
      randomUUID: randomUUID ?? (() => crypto.randomUUID()),
    },
    cache: new SeriesCache(store, parsed.maxMetadataBytes),
    crc32c: crc32cOf(hashing),
    told: {},
    unsound: new Map(),
  }
}
