import { GantryError, type Hashing, Store } from '@gantry/core'

import { aBoolean, aCount, aFunction, anObject, checkOptions, positive, type Rule } from '../check-options.ts'
import { Watchdog } from '../runner/watchdog.ts'
import { DownloadJob } from './download-job.ts'
import type { DownloadStats } from './download-stats.ts'
import { type DownloadBucket, type DownloadBucketInput, parseBucket } from './parse-bucket.ts'
import { planDownload, statsOf } from './plan-download.ts'
import type { ZipSink } from './zip-study.ts'

export interface CreateDownloadOptions<Handle = never> {
  /** Where studies come from; else `initBucket` says it. */
  readonly store?: Store | undefined
  /** Where files go; else `initDirectory` says it. */
  readonly directory?: Store | undefined
  /** Opens what `initBucket` is given; storages are not known here. */
  readonly openBucket?: ((bucket: DownloadBucket) => Store | Promise<Store>) | undefined
  /** Opens what `initDirectory` is given, where that is no store: a browser's directory handle. */
  readonly openDirectory?: ((handle: Handle) => Store | Promise<Store>) | undefined
  /** The platform's digests; default: a CRC-32C in JavaScript. */
  readonly hashing?: Hashing | undefined
  /** Milliseconds in which something of a series must move; default: 60 seconds. */
  readonly stall?: number | undefined
  /**
   * Bytes of a part of a large instance, of which a cut or a closed page loses one at most; default: 8 MiB. Instances of
   * more than four come in parts, where the directory takes them.
   */
  readonly partSize?: number | undefined
}

export interface DownloadOptions {
  /** Aborted, it pauses the job, as `pause` does: what is there stays, and another job goes on from it. */
  readonly signal?: AbortSignal | undefined
  /** A zip for each study: `true` for `<study>.zip` in the directory, or what gives a stream for it; default: none. */
  readonly zip?: boolean | ZipSink | undefined
  /** Series at a time, from 1 to 50; default: 4. */
  readonly concurrency?: number | undefined
  /** Reads back what is in the directory already, and does not trust its size alone; default: false. */
  readonly verify?: boolean | undefined
}

export interface StatsOptions {
  readonly signal?: AbortSignal | undefined
  /** As in `DownloadOptions`. */
  readonly verify?: boolean | undefined
}

/** Studies of a store into a directory, in Node and in browsers. */
export interface Download<Handle = never> {
  /** Where files go. */
  initDirectory(directory: Store | Handle): Promise<void>
  /** Where studies come from: a viewer's link or its parts, as `parseBucket` reads them. */
  initBucket(bucket: string | DownloadBucketInput): Promise<void>
  /**
   * What there is of the studies, and what of it is in the directory. A series or study that cannot be read is told in
   * `errors`; rejects when no study can be listed at all.
   */
  getStats(studyInstanceUIDs: readonly string[], options?: StatsOptions): Promise<DownloadStats>
  /** A job that does nothing before `start`; throws `invalid` for studies and options that are none. */
  download(studyInstanceUIDs: readonly string[], options?: DownloadOptions): DownloadJob
}

const mostAtOnce = 50

const aZip: Rule = [(value) => typeof value === 'boolean' || typeof value === 'function', 'true, false or a function']

const aWidth: Rule = [
  (value) => aCount[0](value) && Number(value) <= mostAtOnce,
  `a whole number from 1 to ${mostAtOnce}`,
]

const rules = {
  store: anObject,
  directory: anObject,
  openBucket: aFunction,
  openDirectory: aFunction,
  hashing: aFunction,
  stall: positive,
  partSize: positive,
}

function checkStudies(studies: unknown): void {
  const named = Array.isArray(studies) && studies.every((study) => typeof study === 'string')
  if (!named) throw new GantryError('invalid', 'Studies are a list of their UIDs.')
}

/** Downloads studies of any store whose entries are images, file by file, each whole or not there. `invalid` for options that are none. */
export function createDownload<Handle = never>(options: CreateDownloadOptions<Handle> = {}): Download<Handle> {
  checkOptions('createDownload', options, rules)
  const { openBucket, openDirectory, hashing, stall = 60_000, partSize = 8 * 1024 * 1024 } = options
  let { store, directory } = options

  const places = () => {
    if (store === undefined) throw new GantryError('invalid', 'Call initBucket first: there is no store.')
    if (directory === undefined) throw new GantryError('invalid', 'Call initDirectory first: there is no directory.')
    return { store, directory }
  }

  return {
    async initDirectory(given) {
      if (given instanceof Store) {
        directory = given
        return
      }
      if (openDirectory === undefined) {
        throw new GantryError('invalid', 'Give a store, or openDirectory to createDownload.')
      }
      directory = await openDirectory(given)
    },
    async initBucket(given) {
      const bucket = parseBucket(given)
      if (openBucket === undefined) throw new GantryError('invalid', 'Give openBucket to createDownload.')
      store = await openBucket(bucket)
    },
    async getStats(studies, asked = {}) {
      checkStudies(studies)
      checkOptions('getStats', asked, { signal: anObject, verify: aBoolean })
      const { signal = new AbortController().signal, verify = false } = asked
      const from = places()
      return statsOf(
        await planDownload(studies, { ...from, hashing, signal, watchdog: new Watchdog(stall), verify }),
        from.store,
      )
    },
    download(studies, asked = {}) {
      checkStudies(studies)
      checkOptions('download', asked, { signal: anObject, zip: aZip, concurrency: aWidth, verify: aBoolean })
      const { signal, zip = false, concurrency = 4, verify = false } = asked
      return new DownloadJob(studies, {
        ...places(),
        hashing,
        stall,
        partSize,
        zip,
        concurrency,
        verify,
        pausedBy: signal,
      })
    },
  }
}
