import { type Call, type EntryRef, type FetchFailure, isGantryError, type Reading } from '@gantry/core/driver'

import type { Cod } from '../cod-parts.ts'
import { entryOf } from '../metadata/entry-of.ts'
import type { Instance } from '../metadata/instance.ts'
import type { LoadedSeries } from '../series/series-cache.ts'
import type { SeriesName } from '../series/series-name.ts'
import { checked, notTheSame } from './checked.ts'
import { isDicom, magicEnd } from './is-dicom.ts'
import { openRuns } from './open-runs.ts'
import { planReads } from './plan-reads.ts'
import { instanceOf, locate } from './read-instance.ts'

/** One that was asked for, as it was asked for. */
interface Wanted {
  readonly ref: EntryRef
  readonly key: string
}

interface Placed extends Wanted {
  readonly instance: Instance
  readonly start: number
  readonly size: number
}

/** Thrown to begin anew with other metadata; whoever asked never sees it. */
class OutOfStep extends Error {}

/** Instances of any number of series, each series by as few reads of its tar as are worth it. */
export async function* fetchInstances(
  cod: Cod,
  refs: readonly EntryRef[],
  call: Call,
): AsyncGenerator<Reading | FetchFailure, void, undefined> {
  const bySeries = new Map<string, { readonly name: SeriesName; readonly wanted: Wanted[] }>()
  for (const ref of refs) {
    try {
      const { name, key } = await locate(cod, ref.path, call)
      const id = `${name.study}/${name.series}`
      const group = bySeries.get(id) ?? { name, wanted: [] }
      group.wanted.push({ ref, key })
      bySeries.set(id, group)
    } catch (error) {
      yield { path: ref.path, error }
    }
  }
  for (const { name, wanted } of bySeries.values()) yield* fetchSeries(cod, name, wanted, call)
}

async function* fetchSeries(
  cod: Cod,
  name: SeriesName,
  wanted: readonly Wanted[],
  call: Call,
): AsyncGenerator<Reading | FetchFailure, void, undefined> {
  const left = new Map(wanted.map((one) => [one.ref.path, one]))
  const give = <Given extends Reading | FetchFailure>(path: string, given: Given): Given => {
    left.delete(path)
    return given
  }
  for (const last of [false, true]) {
    let series: LoadedSeries
    try {
      series = await (last ? cod.cache.fresh(name, call) : cod.cache.get(name, call))
    } catch (error) {
      for (const path of left.keys()) yield give(path, { path, error })
      return
    }
    const placed: Placed[] = []
    for (const { ref, key } of left.values()) {
      try {
        const instance = instanceOf(series, key, ref)
        placed.push({ ref, key, instance, start: instance.start, size: instance.size })
      } catch (error) {
        // It may be there, or of that version, in metadata that are newer than those that are at hand.
        if (last || !isGantryError(error)) yield give(ref.path, { path: ref.path, error })
      }
    }
    try {
      for await (const given of fetchPlaced(cod, series, placed, last, call)) {
        yield give('path' in given ? given.path : given.entry.path, given)
      }
    } catch (error) {
      if (!(error instanceof OutOfStep)) throw error
    }
    if (left.size === 0) return
  }
}

async function* fetchPlaced(
  cod: Cod,
  series: LoadedSeries,
  placed: readonly Placed[],
  last: boolean,
  call: Call,
): AsyncGenerator<Reading | FetchFailure, void, undefined> {
  const { name } = series
  const runs = planReads([...placed].sort((a, b) => a.start - b.start))
  for await (const { run, cursor, error } of openRuns(cod, name, runs, call)) {
    let broken = error
    for (const { ref, instance, start, size } of run) {
      const { path } = ref
      if (broken === undefined) {
        try {
          await cursor?.skipTo(start)
        } catch (failure) {
          broken = failure
        }
      }
      if (broken !== undefined || cursor === undefined) {
        if (!last) throw new OutOfStep()
        yield { path, error: broken }
        continue
      }
      const misplaced = await isMisplaced(cursor, size)
      if (misplaced !== undefined) {
        if (!last) throw new OutOfStep()
        broken = cursor.failed ? misplaced : undefined
        yield { path, error: misplaced }
        continue
      }
      const body = cursor.take(size)
      const trusts = call.compares?.includes('crc32c') === true
      const whole = trusts ? body : checked(body, instance.crc32c, cod.crc32c, () => cod.cache.forget(name))
      yield { entry: entryOf(name, instance), body: whole }
    }
  }
}

/** Why what is there cannot be that instance. */
async function isMisplaced(cursor: { peek(count: number): Promise<Uint8Array> }, size: number): Promise<unknown> {
  if (size < magicEnd) return undefined
  try {
    return isDicom(await cursor.peek(magicEnd)) ? undefined : notTheSame()
  } catch (error) {
    return error
  }
}
