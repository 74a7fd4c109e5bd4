import { type Call, collect, GantryError, isGantryError } from '@gantry/core/driver'
import { frameRanges } from '@gantry/dicom'

import type { Cod } from '../cod-parts.ts'
import { dataSetOf, frameCountOf } from '../metadata/data-set-of.ts'
import type { Instance } from '../metadata/instance.ts'
import { instanceOf, locate } from '../read/read-instance.ts'
import type { LoadedSeries } from '../series/series-cache.ts'
import { instanceSource } from './instance-source.ts'
import { joinFragments } from './join-fragments.ts'
import { locateFrame, longestFrame } from './locate-frame.ts'

/** Frame `number`, from 1: by the metadata and one ranged read, or, where those do not tell, by the header as well. */
export async function readFrame(cod: Cod, path: string, number: number, call: Call): Promise<Uint8Array> {
  const { name, key } = await locate(cod, path, call)
  const series = await cod.cache.get(name, call)
  try {
    return await frameAsOf(cod, series, instanceOf(series, key), number, call)
  } catch (error) {
    if (!isGantryError(error) || !outOfStep.has(error.code)) throw error
    const fresh = await cod.cache.fresh(name, call)
    // The same metadata would lead to the same place.
    if (fresh.version !== undefined && fresh.version === series.version) throw error
    return await frameAsOf(cod, fresh, instanceOf(fresh, key), number, call)
  }
}

const outOfStep: ReadonlySet<string> = new Set(['integrity', 'invalid', 'precondition_failed'])

async function frameAsOf(
  cod: Cod,
  { name }: LoadedSeries,
  instance: Instance,
  number: number,
  call: Call,
): Promise<Uint8Array> {
  const source = instanceSource(cod, name, instance, call)
  const dataSet = dataSetOf(instance)
  const frames = dataSet === undefined ? undefined : (frameCountOf(dataSet) ?? 1)
  if (!Number.isSafeInteger(number) || number < 1 || (frames !== undefined && number > frames)) {
    throw new GantryError('not_found', 'There is no such frame: they are counted from 1.')
  }
  const told = dataSet === undefined ? undefined : locateFrame(instance, dataSet, number - 1)
  if (told !== undefined) {
    const { start, length, encapsulated } = told
    const bytes = await source.read(start - (encapsulated ? 8 : 0), start + length)
    const frame = encapsulated ? joinFragments(bytes) : bytes
    if (frame !== undefined) return frame
  }
  const located = await frameRanges(source, { signal: call.signal, checkPixelData: false })
  return await collect(located.read(number), longestFrame)
}
