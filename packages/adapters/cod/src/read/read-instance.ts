import {
  type ByteRange,
  type Call,
  clipRange,
  type Entry,
  type EntryRef,
  GantryError,
  isGantryError,
  type Reading,
} from '@gantry/core/driver'

import { entryOf, versionOf } from '../metadata/entry-of.ts'
import type { Instance } from '../metadata/instance.ts'
import type { Cod } from '../cod-parts.ts'
import type { LoadedSeries } from '../series/series-cache.ts'
import { lookAt } from '../series/find-series.ts'
import { parseEntryPath, pathsOf, placeholderOf, type SeriesName, seriesOfPath } from '../series/series-name.ts'
import { troubleOf } from '../series/trouble-of.ts'
import { checked, notTheSame } from './checked.ts'
import { isDicom, magicEnd } from './is-dicom.ts'
import { SliceCursor } from './slice-cursor.ts'

/** One instance, or a range of it, by one ranged read of the tar. */
export async function readInstance(
  cod: Cod,
  ref: EntryRef,
  range: ByteRange | undefined,
  call: Call,
): Promise<Reading> {
  const { name, key } = await locate(cod, ref.path, call)
  const series = await cod.cache.get(name, call)
  try {
    return await readAsOf(cod, series, instanceOf(series, key, ref), range, call)
  } catch (error) {
    if (!isMisplaced(error)) throw error
    // A writer may have replaced both since the metadata were read.
    const fresh = await cod.cache.fresh(name, call)
    return await readAsOf(cod, fresh, instanceOf(fresh, key, ref), range, call)
  }
}

/**
 * The series and key of a path; `not_found` for what no instance of this store is called. What stands in a list for a
 * series that cannot be read fails with the reason.
 */
export async function locate(
  cod: Cod,
  path: string,
  call: Call,
): Promise<{ readonly name: SeriesName; readonly key: string }> {
  const place = parseEntryPath(path)
  if (place !== undefined) return place
  const name = seriesOfPath(path)
  if (name !== undefined && path === placeholderOf(name)) {
    const trouble = await troubleOf(cod, await lookAt(cod.store, name, call), call)
    if (trouble?.error !== undefined) throw trouble.error
  }
  throw noSuchInstance()
}

/** An instance as its record tells of it. */
export async function statInstance(cod: Cod, path: string, call: Call): Promise<Entry> {
  const { name, key } = await locate(cod, path, call)
  return entryOf(name, instanceOf(await cod.cache.get(name, call), key))
}

/** `not_found`, or `precondition_failed` where its bytes are others than those that are asked for. */
export function instanceOf(series: LoadedSeries, key: string, ref?: EntryRef): Instance {
  const instance = series.instances.get(key)
  if (instance === undefined) {
    throw series.broken.includes(key) ? damagedRecord() : noSuchInstance()
  }
  if (ref?.version !== undefined && ref.version !== versionOf(instance)) {
    throw new GantryError('precondition_failed', 'The instance is not of that version.')
  }
  return instance
}

async function readAsOf(
  cod: Cod,
  series: LoadedSeries,
  instance: Instance,
  range: ByteRange | undefined,
  call: Call,
): Promise<Reading> {
  const { name } = series
  const { start, end } = clipRange(range, instance.size)
  const entry = entryOf(name, instance)
  const from = instance.start + start
  const reading = await cod.store.read(pathsOf(name).tar, { start: from, end: instance.start + end }, call)
  const size = reading.entry.size ?? Number.MAX_SAFE_INTEGER
  const cursor = new SliceCursor(reading.body, from)
  try {
    if (instance.start + instance.size > size) throw notTheSame()
    if (start === 0 && end >= magicEnd && !isDicom(await cursor.peek(magicEnd))) throw notTheSame()
  } catch (error) {
    await cursor.close()
    throw error
  }
  const body = closing(cursor, end - start)
  if (start !== 0 || end !== instance.size || call.compares?.includes('crc32c') === true) return { entry, body }
  return { entry, body: checked(body, instance.crc32c, cod.crc32c, () => cod.cache.forget(name)) }
}

/** A body that is all that its cursor is for. */
function closing(cursor: SliceCursor, size: number): AsyncIterableIterator<Uint8Array> {
  const body = cursor.take(size)
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    async next() {
      const result = await body.next()
      if (result.done === true) await cursor.close()
      return result
    },
    async return() {
      await body.return?.()
      await cursor.close()
      return { done: true, value: undefined }
    },
  }
}

/** What reads as if metadata and tar were not of one moment: other bytes, or none. */
function isMisplaced(error: unknown): boolean {
  return isGantryError(error) && (error.code === 'integrity' || error.code === 'invalid')
}

function noSuchInstance(): GantryError {
  return new GantryError('not_found', 'There is no such instance.')
}

function damagedRecord(): GantryError {
  return new GantryError('integrity', 'The record of the instance in metadata.json is damaged.', { retryable: false })
}
