import { type Call, type CallOptions, GantryError, toCall } from '@gantry/core/driver'

import { Counts } from '../listing/counts.ts'
import { list } from '../listing/list.ts'
import { type InstanceUids, pathOf, type Resource, segmentsOf, uidsOf } from '../retrieve/resource.ts'
import type { Service } from '../service.ts'
import { fetchEntries } from './fetch-entries.ts'
import { ServiceMeter } from './service-meter.ts'

/** An instance that was fetched, or could not be. */
export type FetchedInstance = InstanceUids &
  (
    | {
        /** Bytes, where the service tells them. */
        readonly size: number | undefined
        /** Must be read, or closed, before the next instance is asked for. Its chunks are lent. */
        readonly body: AsyncIterable<Uint8Array>
      }
    | { readonly error: unknown }
  )

/** What a viewer fetches as a whole. */
export interface Fetching {
  /**
   * All instances of a study, series or instance that searches tell of, each once, in the order that they come in: in one
   * answer or by many requests side by side, whichever is the quicker. What an answer did not bring is asked for again;
   * one that cannot be had is told of, and takes none of the others with it. Fails at the end where there are more, which the
   * service does not name.
   */
  fetchInstances(resource: Resource, options?: CallOptions): AsyncIterableIterator<FetchedInstance>
}

export function fetchingOf(service: Service): Fetching {
  const fetcher = new Fetcher(service)
  return { fetchInstances: (resource, options) => fetcher.fetchAll(resource, toCall(options)) }
}

/** Fetches from one service, and remembers what that has shown. */
export class Fetcher {
  readonly counts = new Counts()
  readonly #service: Service
  readonly #meter: ServiceMeter

  constructor(service: Service) {
    this.#service = service
    this.#meter = new ServiceMeter(service.profile.retrieve.fanOut)
  }

  /** By the paths that entries have in a store. */
  fetch(refs: Parameters<typeof fetchEntries>[1], call: Call) {
    const service = this.#service
    const ports = {
      service,
      meter: this.#meter,
      wholeSeries: !service.bare && service.profile.retrieve.levels.includes('series'),
      totalOf: (series: string) => this.counts.get(series),
      now: () => performance.now(),
    }
    return fetchEntries(ports, refs, call)
  }

  async *fetchAll(resource: Resource, call: Call): AsyncGenerator<FetchedInstance, void, undefined> {
    const prefix = segmentsOf(resource).join('/')
    const unnamed: GantryError[] = []
    for await (const paths of this.#series(prefix, unnamed, call)) {
      for await (const one of this.fetch(
        paths.map((path) => ({ path })),
        call,
      )) {
        const uids = uidsOf('error' in one ? one.path : one.entry.path) as InstanceUids
        yield 'error' in one ? { ...uids, error: one.error } : { ...uids, size: one.entry.size, body: one.body }
      }
    }
    const [first] = unnamed
    if (first !== undefined) throw first
  }

  /** Paths of the instances of one series after another: all of no more than one are held. */
  async *#series(
    prefix: string,
    unnamed: GantryError[],
    call: Call,
  ): AsyncGenerator<readonly string[], void, undefined> {
    let paths: string[] = []
    let current = ''
    for await (const { path, refused } of list(this.#service, this.counts, { prefix }, call)) {
      const uids = uidsOf(path)
      if (uids === undefined) {
        unnamed.push(refused ?? new GantryError('invalid', 'There is an instance whose UIDs name nothing.'))
        continue
      }
      const { study, series } = uids
      const start = pathOf({ study, series, instance: '' })
      if (start !== current && paths.length > 0) {
        yield paths
        paths = []
      }
      current = start
      paths.push(path)
    }
    if (paths.length > 0) yield paths
  }
}
