import {
  type Call,
  type EntryRef,
  type FetchFailure,
  GantryError,
  isGantryError,
  type Reading,
} from '@gantry/core/driver'

import { uidsOf } from '../retrieve/resource.ts'
import { receiveInstance, receiveInstances } from '../retrieve/retrieve.ts'
import type { ReceivedPart, RetrievedPart } from '../retrieve/retrieved-part.ts'
import type { Service } from '../service.ts'
import { chooseWay } from './choose-way.ts'
import { identified, proved } from './identified.ts'
import { InstancePool, type Wanted } from './instance-pool.ts'
import type { ServiceMeter } from './service-meter.ts'

export interface FetchPorts {
  readonly service: Service
  readonly meter: ServiceMeter
  /** Whether the service gives a series in one answer. */
  readonly wholeSeries: boolean
  /** Instances of a series, where somebody has counted them. */
  readonly totalOf: (series: string) => number | undefined
  /** Milliseconds of a clock that only goes on. */
  readonly now: () => number
}

/**
 * Entries and their bytes, series by series, in the way that is the quicker for each. What one answer for all of a series
 * does not bring, because it was cut off or refused, is asked for by instance.
 */
export async function* fetchEntries(
  ports: FetchPorts,
  refs: readonly EntryRef[],
  call: Call,
): AsyncGenerator<Reading | FetchFailure, void, undefined> {
  const bySeries = new Map<string, Map<string, Wanted>>()
  for (const { path } of refs) {
    const uids = uidsOf(path)
    if (uids === undefined) {
      yield { path, error: new GantryError('not_found', 'There is no such entry: no instance has such a path.') }
      continue
    }
    const key = `${uids.study}/${uids.series}`
    const series = bySeries.get(key) ?? new Map<string, Wanted>()
    bySeries.set(key, series.set(uids.instance, { path, ...uids }))
  }
  for (const wanted of bySeries.values()) yield* fetchSeries(ports, [...wanted.values()], call)
}

/** Instances of a series, of which more may become known while they are fetched. */
export async function* fetchSeries(
  ports: FetchPorts,
  known: readonly Wanted[],
  call: Call,
  { series = known[0]?.series ?? '', more }: { readonly series?: string; readonly more?: AsyncIterable<Wanted> } = {},
): AsyncGenerator<Reading | FetchFailure, void, undefined> {
  const { service, meter, wholeSeries, totalOf, now } = ports
  const retrieve = async (one: Wanted, inner: Call): Promise<RetrievedPart> =>
    await proved(await receiveInstance(service, one, {}, inner), one.instance)
  const widthOf = (wanted: number, whole: boolean): number => {
    const total = totalOf(series) ?? (wanted === Infinity ? wanted : undefined)
    const way = chooseWay({ wanted, total, wholeSeries: whole, width: meter.width, measured: meter.measured })
    return way.kind === 'series' ? 0 : way.width
  }
  const pool = new InstancePool(
    {
      retrieve,
      meter,
      now,
      width: (left) => widthOf(left, wholeSeries),
      ...(more !== undefined && { more, expected: () => totalOf(series) ?? Infinity }),
    },
    known,
    call,
  )
  yield* pool.run()
  const { waiting, ...ending } = await pool.left()
  const wanted = new Map(waiting.map((one) => [one.instance, one]))
  const [first] = waiting
  // Where a search broke off, they may be fewer than were expected.
  if (first !== undefined && widthOf(wanted.size, wholeSeries) === 0) yield* byAnswer(ports, wanted, first, call)
  const rest = [...wanted.values()]
  yield* new InstancePool({ retrieve, meter, now, width: (left) => widthOf(left, false) }, rest, call).run()
  if ('error' in ending) throw ending.error
}

/** Takes out of `wanted` what it gives; leaves what the answer did not bring. */
async function* byAnswer(
  { service }: FetchPorts,
  wanted: Map<string, Wanted>,
  { study, series }: Wanted,
  call: Call,
): AsyncGenerator<Reading, void, undefined> {
  const parts = receiveInstances(service, { study, series }, {}, call)
  try {
    while (wanted.size > 0) {
      const next = await parts.next()
      if (next.done === true) return
      const found = await wantedPart(next.value, wanted)
      if (found !== undefined) yield found
    }
  } catch (error) {
    // What is left is asked for by instance; a body that failed has told it to whoever read it.
    if (call.signal.aborted || !isGantryError(error)) throw error
  } finally {
    await parts.return()
  }
}

async function wantedPart(part: ReceivedPart, wanted: Map<string, Wanted>): Promise<Reading | undefined> {
  const { instance, image, body } = await identified(part)
  // Whatever it is, it is none that was asked for; the answer goes on behind it.
  const one = instance === undefined ? undefined : wanted.get(instance)
  if (one === undefined) return undefined
  wanted.delete(one.instance)
  const size = part.size === undefined ? {} : { size: part.size }
  const known = image === undefined ? {} : { image }
  return { entry: { path: one.path, ...size, contentType: 'application/dicom', ...known }, body }
}
