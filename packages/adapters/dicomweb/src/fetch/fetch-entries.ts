import {
  type Call,
  type EntryRef,
  type FetchFailure,
  GantryError,
  isGantryError,
  type Reading,
} from '@gantry/core/driver'

import { uidsOf } from '../retrieve/resource.ts'
import { retrieveInstance, retrieveInstances } from '../retrieve/retrieve.ts'
import type { RetrievedPart } from '../retrieve/retrieved-part.ts'
import type { Service } from '../service.ts'
import { chooseWay, sample, shouldSample, type Situation } from './choose-way.ts'
import { identified, proved } from './identified.ts'
import { InstancePool, type Wanted } from './instance-pool.ts'
import type { Observed, ServiceMeter } from './service-meter.ts'

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
  for (const wanted of bySeries.values()) yield* fetchSeries(ports, wanted, call)
}

async function* fetchSeries(
  ports: FetchPorts,
  wanted: Map<string, Wanted>,
  call: Call,
): AsyncGenerator<Reading | FetchFailure, void, undefined> {
  const [first] = wanted.values()
  if (first === undefined) return
  const situation = (): Situation => ({
    wanted: wanted.size,
    total: ports.totalOf(first.series),
    wholeSeries: ports.wholeSeries,
    width: ports.meter.width,
    measured: ports.meter.measured,
  })
  if (shouldSample(situation())) {
    const { meter } = ports
    yield* byInstance(ports, taken(wanted, 1), situation, call, (observed) => meter.noteAlone(observed))
    // The first ones open connections, which costs a round trip that has nothing to say of what follows.
    yield* byInstance(ports, taken(wanted, sample), situation, call)
    yield* byInstance(ports, taken(wanted, sample), situation, call, (observed) => meter.noteTogether(observed))
  }
  if (chooseWay(situation()).kind === 'series') yield* byAnswer(ports, wanted, first, call)
  yield* byInstance(ports, taken(wanted, wanted.size), situation, call)
}

function taken(wanted: Map<string, Wanted>, count: number): Wanted[] {
  const some = [...wanted.values()].slice(0, count)
  for (const { instance } of some) wanted.delete(instance)
  return some
}

function byInstance(
  ports: FetchPorts,
  wanted: readonly Wanted[],
  situation: () => Situation,
  call: Call,
  note?: (observed: Observed) => void,
) {
  const { service, meter, now } = ports
  const retrieve = async (one: Wanted, inner: Call): Promise<RetrievedPart> =>
    await proved(await retrieveInstance(service, one, {}, inner), one.instance)
  const width = () => {
    const way = chooseWay({ ...situation(), wanted: wanted.length, wholeSeries: false })
    return way.kind === 'instances' ? way.width : 1
  }
  return new InstancePool({ retrieve, meter, note, now, width }, wanted, call).run()
}

/** Takes out of `wanted` what it gives; leaves what the answer did not bring. */
async function* byAnswer(
  { service }: FetchPorts,
  wanted: Map<string, Wanted>,
  { study, series }: Wanted,
  call: Call,
): AsyncGenerator<Reading, void, undefined> {
  const parts = retrieveInstances(service, { study, series }, {}, call)
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

async function wantedPart(part: RetrievedPart, wanted: Map<string, Wanted>): Promise<Reading | undefined> {
  const known = await identified(part).catch((error: unknown) => {
    // Whatever it is, it is none that was asked for; the answer goes on behind it.
    if (isGantryError(error) && !error.retryable) return undefined
    throw error
  })
  if (known === undefined) return undefined
  const { image, body } = known
  const one = wanted.get(image.sopInstanceUID)
  if (one === undefined) return undefined
  wanted.delete(image.sopInstanceUID)
  const size = part.size === undefined ? {} : { size: part.size }
  return { entry: { path: one.path, ...size, contentType: 'application/dicom', image }, body }
}
