import { type Call, type CallOptions, type FetchFailure, GantryError, type Reading, toCall } from '@gantry/core/driver'

import { Counts } from '../listing/counts.ts'
import { eager } from '../listing/eager.ts'
import { list } from '../listing/list.ts'
import { stoppable } from '../listing/stoppable.ts'
import { type InstanceUids, type Resource, segmentsOf, uidsOf } from '../retrieve/resource.ts'
import type { Service } from '../service.ts'
import { fetchEntries, type FetchPorts, fetchSeries } from './fetch-entries.ts'
import type { Wanted } from './instance-pool.ts'
import { ServiceMeter } from './service-meter.ts'
import { someOf } from './some-of.ts'

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
    return fetchEntries(this.#ports, refs, call)
  }

  get #ports(): FetchPorts {
    const service = this.#service
    return {
      service,
      meter: this.#meter,
      wholeSeries: !service.bare && service.profile.retrieve.levels.includes('series'),
      totalOf: (series: string) => this.counts.get(series),
      now: () => performance.now(),
    }
  }

  async *fetchAll(resource: Resource, call: Call): AsyncGenerator<FetchedInstance, void, undefined> {
    const unnamed: GantryError[] = []
    for await (const one of this.#fetch(resource, unnamed, call)) {
      const uids = uidsOf('error' in one ? one.path : one.entry.path) as InstanceUids
      yield 'error' in one ? { ...uids, error: one.error } : { ...uids, size: one.entry.size, body: one.body }
    }
    const [first] = unnamed
    if (first !== undefined) throw first
  }

  async *#fetch(
    resource: Resource,
    unnamed: GantryError[],
    call: Call,
  ): AsyncGenerator<Reading | FetchFailure, void, undefined> {
    const { study, series, instance } = resource
    if (series !== undefined && instance === undefined) {
      const naming = stoppable(call)
      try {
        const more = this.#named({ study, series }, unnamed, naming.call)
        yield* fetchSeries(this.#ports, [], call, { series, more })
      } finally {
        naming.stop()
      }
      return
    }
    let known: Wanted[] = []
    for await (const one of this.#listed(resource, unnamed, call)) {
      const [first] = known
      if (first !== undefined && (first.study !== one.study || first.series !== one.series)) {
        yield* fetchSeries(this.#ports, known, call)
        known = []
      }
      known.push(one)
    }
    yield* fetchSeries(this.#ports, known, call)
  }

  /** Instances of a series, each once: a few that are quickly told, and then all, which the service is asked for beside them. */
  async *#named(
    resource: Required<Pick<Resource, 'study' | 'series'>>,
    unnamed: GantryError[],
    call: Call,
  ): AsyncGenerator<Wanted, void, undefined> {
    const listed = eager(this.#listed(resource, unnamed, call))
    try {
      const seen = new Set<string>()
      for (const one of await someOf(this.#service, resource, call)) {
        seen.add(one.path)
        yield one
      }
      for await (const one of listed) if (!seen.has(one.path)) yield one
    } finally {
      await listed.return?.()
    }
  }

  /** What searches tell of, series by series. */
  async *#listed(resource: Resource, unnamed: GantryError[], call: Call): AsyncGenerator<Wanted, void, undefined> {
    const prefix = segmentsOf(resource).join('/')
    for await (const { path, refused } of list(this.#service, this.counts, { prefix }, call)) {
      const uids = uidsOf(path)
      if (uids !== undefined) yield { path, ...uids }
      else unnamed.push(refused ?? new GantryError('invalid', 'There is an instance whose UIDs name nothing.'))
    }
  }
}
