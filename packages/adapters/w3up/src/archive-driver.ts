import type { Store } from '@gantry/core'
import { nodeCipher } from '@gantry/age/node'
import {
  checkGiven,
  type Call,
  type CallOptions,
  type EntryRef,
  isAtOrBelow,
  parseOptions,
  type Selection,
  type StoreDriver,
  toCall,
} from '@gantry/core/driver'

import { type Archive, oneByOne } from './archive/archive.ts'
import { entryOf } from './archive/entry-of.ts'
import { readEntry } from './archive/read-entry.ts'
import { Readers } from './archive/readers.ts'
import { discardUnit, removeEntry } from './archive/remove-units.ts'
import { type Shredded, shredStudy } from './archive/shred-study.ts'
import { discardStudy, storeStudy } from './archive/store-study.ts'
import { checkArchive } from './check/check-archive.ts'
import type { CheckResult } from './check/finding.ts'
import { Prover } from './check/prove.ts'
import { type Repaired, repairArchive } from './check/repair-archive.ts'
import { carDirectory } from './drivers/car-directory.ts'
import { ArchiveLock } from './manifest/archive-keys.ts'
import { Catalogue } from './manifest/catalogue.ts'
import { Home } from './manifest/home.ts'
import { Keyring } from './manifest/keyring.ts'
import { type ArchiveOptions, archiveOptionsSchema } from './options.ts'
import type { BlockSource } from './read/block-source.ts'
import { gatewaySource } from './read/gateway-source.ts'
import type { ShardStore } from './shards/shard-store.ts'
import { Staging } from './staging/staging.ts'

/** Longest path that is kept: it stands in a record, not in a name. */
const longest = 4096

/** Below this lie manifests, which a catalogue keeps in an archive: listed where they are asked for by name. */
const own = '.gantry/'

/** An archive whose small files are in one store, and whose blobs are wherever the driver keeps them. */
export function openArchive(
  store: Store,
  shards: ShardStore,
  options: ArchiveOptions,
  sources: readonly BlockSource[] = [],
): Archive {
  checkGiven({ store }, 'an archive', { store: 'store' })
  checkGiven(options, 'an archive', { now: 'function?', fetch: 'function?', hashing: 'function?' })
  const { hashing, cipher = nodeCipher, fetch: send, now = Date.now, ...rest } = options
  const {
    passphrase,
    ageSecretKey,
    recipients,
    public: isPublic,
    shardSize,
    pieceCids,
    gateways,
    slowAfter,
    staging,
  } = parseOptions(archiveOptionsSchema, rest, 'an archive')
  const home = new Home(store)
  const lock = new ArchiveLock(home, { passphrase, identity: ageSecretKey, recipients, public: isPublic }, cipher)
  const keyring = new Keyring(home, lock, cipher)
  const others = [...sources, ...gateways.map((url) => gatewaySource(url, { fetch: send, slowAfter }))]
  return {
    home,
    shards,
    lock,
    keyring,
    catalogue: new Catalogue(home, keyring, cipher),
    readers: new Readers(shards, others),
    others,
    staging: new Staging(staging),
    shardSize,
    pieceCids,
    cipher,
    hashing,
    now,
    exclusively: oneByOne(),
  }
}

/** An archive as a store, and what it can do that no other store can. */
export interface ArchiveDriver extends StoreDriver {
  /** Reads all of it, and tells what is not as it should be. */
  check(options?: CallOptions): AsyncIterable<CheckResult>
  /** Makes damaged and missing blobs anew, from stores with archives of the same studies, and from gateways. */
  repair(from: readonly Store[], options?: CallOptions): AsyncIterable<Repaired>
  /** Destroys the key of the study of this UID, or at or below a path. */
  shred(prefix: string, options?: CallOptions): Promise<Shredded>
  /** Ends what was begun and will not be gone on with, by the name that `check` tells. */
  discardUnit(unit: string, options?: CallOptions): Promise<void>
}

/** An archive as a store: studies are written as parcels, and read entry by entry. */
export function archiveDriver(archive: Archive, scheme: string): ArchiveDriver {
  const { catalogue } = archive
  const prover = new Prover(archive)
  async function* repair(from: readonly Store[], call: Call) {
    try {
      yield* repairArchive(archive, from.map(carDirectory), call)
    } finally {
      archive.readers.forget()
      prover.forget()
    }
  }
  return {
    contract: 1,
    scheme,
    url: `${scheme}+${archive.home.store.url}`,
    abilities: {
      write: false,
      remove: true,
      conditional: false,
      versions: true,
      digests: ['sha256'],
      modified: 'given',
      order: 'none',
      proof: true,
      longestPath: longest,
      longestSegment: longest,
      parcels: {
        fetch: { unit: 'study', sideBySide: true },
        store: { unit: 'study', resumable: true, others: true },
      },
    },
    async *list({ prefix = '' }: Selection, call: Call) {
      await catalogue.refresh(call)
      for (const { unit, entry } of catalogue.entries) {
        // What is remembered of an archive is no part of what it holds: who copies all of it does not mean that.
        const asked = !entry.path.startsWith(own) || `${prefix}/`.startsWith(own)
        if (asked && isAtOrBelow(entry.path, prefix)) yield entryOf(unit.record.root, entry)
      }
      // Whatever was selected: nobody can say what these held.
      for (const { error } of catalogue.troubles) yield { path: `./${error.path}`, refused: error }
    },
    async stat(path, call) {
      const found = await catalogue.find(path, call)
      if (found === undefined) throw catalogue.absent(path)
      return entryOf(found.unit.record.root, found.entry)
    },
    async read(ref, range, call) {
      const found = await catalogue.find(ref.path, call)
      if (found === undefined) throw catalogue.absent(ref.path)
      return await readEntry(archive, found, ref, range, call)
    },
    async remove(path, call) {
      await archive.exclusively(async () => await removeEntry(archive, path, call))
    },
    // What stores throw has its code already.
    codeOf: () => undefined,
    parcels: {
      fetch: (entries, call) => fetchEntries(archive, entries, call),
      store: async (parcel, call) => await storeStudy(archive, parcel, call),
      discard: async (saved, call) => await discardStudy(archive, saved, call),
    },
    proof: {
      prove: async (path, given, call) => await prover.prove(path, given, call),
      async *mend(copies, call) {
        for await (const { blob, repaired } of repair(copies, call)) yield { name: blob, mended: repaired }
      },
    },
    check: (given) => checkArchive(archive, toCall(given)),
    repair: (from, given) => repair(from, toCall(given)),
    async shred(prefix, given) {
      return await archive.exclusively(async () => await shredStudy(archive, prefix, toCall(given)))
    },
    async discardUnit(unit, given) {
      await archive.exclusively(async () => await discardUnit(archive, unit, toCall(given)))
    },
    async close() {
      await archive.shards.close?.()
      await archive.home.store.close()
    },
  }
}

async function* fetchEntries(archive: Archive, entries: readonly EntryRef[], call: Call) {
  if (entries.length > 0) await archive.catalogue.refresh(call)
  for (const ref of entries) {
    const found = archive.catalogue.known(ref.path)
    try {
      if (found === undefined) throw archive.catalogue.absent(ref.path)
      yield await readEntry(archive, found, ref, undefined, call)
    } catch (error) {
      yield { path: ref.path, error }
    }
  }
}
