import { type Abilities, GantryError, type NewEntry, type StoreDriver } from '@gantry/core/driver'
import { codeOfConnectionError } from '@gantry/http'

import { Fetcher } from './fetch/fetching.ts'
import { list } from './listing/list.ts'
import { read, stat } from './read.ts'
import { removeResource } from './remove/remove-resource.ts'
import { uidsOf } from './retrieve/resource.ts'
import { search } from './search/search.ts'
import { urlOf } from './parse-url.ts'
import type { Service } from './service.ts'
import { InstanceStore } from './store/instance-store.ts'

const layout = 'studies/{StudyInstanceUID}/series/{SeriesInstanceUID}/instances/{SOPInstanceUID}'

/** A service as a store; `scheme` is its name in URLs. */
export function openDriver(service: Service, scheme: string): StoreDriver {
  const fetcher = new Fetcher(service)
  const instances = new InstanceStore(service)
  return {
    contract: 1,
    scheme,
    url: urlOf(service.options.root),
    abilities: abilitiesOf(service, instances),
    list: (selection, call) => list(service, fetcher.counts, selection, call),
    stat: async (path, call) => await stat(service, path, call),
    read: async (ref, range, call) => await read(service, ref, range, call),
    write: async (entry, body, call) => await instances.write(inPlace(entry), body, call),
    async remove(path, call) {
      const uids = uidsOf(path)
      if (uids !== undefined) await removeResource(service, uids, call)
    },
    codeOf: codeOfConnectionError,
    query: { search: (query, call) => search(service, query, call) },
    parcels: {
      fetch: (entries, call) => fetcher.fetch(entries, call),
      async store(parcel) {
        for (const entry of parcel.entries) inPlace(entry)
        return instances.begin(parcel)
      },
    },
    async close() {
      service.close()
    },
  }
}

function abilitiesOf({ profile }: Service, { unit }: InstanceStore): Abilities {
  return {
    write: true,
    remove: profile.removes.includes('instance'),
    conditional: false,
    versions: false,
    digests: [],
    modified: 'stored',
    order: 'none',
    // Three words, and three UIDs of 64 characters.
    longestPath: 'studies/series/instances///'.length + 3 * 64,
    longestSegment: 64,
    parcels: { fetch: { unit: 'series', sideBySide: false }, store: { unit, resumable: false } },
    query: true,
    layout,
  }
}

/** An instance is where its UIDs say, wherever it was to go: else it would not be found there again. */
function inPlace(entry: NewEntry): NewEntry {
  const uids = uidsOf(entry.path)
  const { studyInstanceUID, seriesInstanceUID, sopInstanceUID } = entry.image ?? {}
  const asked = [studyInstanceUID, seriesInstanceUID, sopInstanceUID]
  const found = [uids?.study, uids?.series, uids?.instance]
  if (uids !== undefined && asked.every((uid, index) => uid === undefined || uid === found[index])) return entry
  throw new GantryError('invalid', `A DICOMweb service keeps instances where their UIDs say: leave them at ${layout}.`)
}
