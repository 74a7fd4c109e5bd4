import type { Store } from '@gantry/core'
import { type Call, type CallOptions, collect, isGantryError, toCall } from '@gantry/core/driver'

import { partsOf } from '../cod.ts'
import type { Cod } from '../cod-parts.ts'
import type { CodOptions } from '../options.ts'
import { isDicom, magicEnd } from '../read/is-dicom.ts'
import { SliceCursor } from '../read/slice-cursor.ts'
import type { FoundSeries } from '../series/find-series.ts'
import { selected } from '../series/list-instances.ts'
import { dataSetOf, textOf } from '../metadata/data-set-of.ts'
import type { Instance } from '../metadata/instance.ts'
import type { LoadedSeries } from '../series/series-cache.ts'
import { pathsOf } from '../series/series-name.ts'
import { openFound } from '../series/trouble-of.ts'
import { readRows } from '../sqlite/read-rows.ts'
import { folderType } from '../tar/build-index.ts'
import type { TarRow } from '../tar/tar-row.ts'
import { type TarCondition, walkRecorded } from '../tar/walk-recorded.ts'
import { type CheckResult, type CodProblem, problem, type ProblemKind } from './problem.ts'

export interface CheckOptions extends CallOptions, Pick<CodOptions, 'hashing' | 'maxMetadataBytes'> {
  /** Only these studies, or series. */
  readonly studies?: readonly string[] | undefined
  readonly series?: readonly string[] | undefined
}

/**
 * Goes through all series of a store: each tar is read once, from one end to the other, and every instance compared with
 * its record. Results come as they are found; no more than one series' metadata is held.
 */
export async function* checkCod(
  store: Store,
  options: CheckOptions = {},
): AsyncGenerator<CheckResult, void, undefined> {
  const { hashing, maxMetadataBytes, studies, series } = options
  const cod = partsOf(store, {
    ...(hashing !== undefined && { hashing }),
    ...(maxMetadataBytes !== undefined && { maxMetadataBytes }),
  })
  const call = toCall(options)
  const selection = {
    ...(studies !== undefined && { studies: [...studies] }),
    ...(series !== undefined && { series: [...series] }),
  }
  for await (const found of selected(cod, selection, call)) yield* checkSeries(cod, found, call)
}

async function* checkSeries(cod: Cod, found: FoundSeries, call: Call): AsyncGenerator<CheckResult, void, undefined> {
  const { study, series: uid } = found
  const { series, troubles } = await openFound(cod, found, call)
  if (series === undefined && troubles.length === 0 && found.tar === undefined) return
  const counts = { error: 0, warning: 0 }
  const told = (one: CodProblem) => {
    counts[one.severity] += 1
    return one
  }
  for (const { kind } of troubles) {
    if (kind !== 'damaged-record') yield told(problem(found, kind))
  }
  for (const key of series?.broken ?? []) yield told(problem(found, 'damaged-record', key))
  if (found.tar !== undefined) {
    const seen: SeenTar = { rows: [], damaged: false, followed: false }
    for await (const one of checkTar(cod, found, series, seen, call)) yield told(one)
    for await (const one of checkIndex(cod, found, seen, call)) yield told(one)
  }
  yield {
    type: 'series',
    study,
    series: uid,
    instances: series?.instances.size ?? 0,
    bytes: found.tar?.size ?? 0,
    errors: counts.error,
    warnings: counts.warning,
  }
}

interface SeenTar extends TarCondition {
  readonly rows: TarRow[]
}

/** Without metadata, at least whether the tar is a sound one. */
async function* checkTar(
  cod: Cod,
  found: FoundSeries,
  series: LoadedSeries | undefined,
  seen: SeenTar,
  call: Call,
): AsyncGenerator<CodProblem, void, undefined> {
  const instances = [...(series?.instances.values() ?? [])]
  const left = Map.groupBy(instances, ({ start }) => start)
  const { body } = await cod.store.read(pathsOf(found).tar, undefined, call)
  const cursor = new SliceCursor(body, 0)
  try {
    const walked = walkRecorded(cursor, instances, found.tar?.size, seen)
    for await (const { type, recorded: _, ...row } of walked) {
      if (type !== '0') {
        if (type !== '5') yield problem(found, 'odd-entry', keyIn(row.name))
        continue
      }
      seen.rows.push(row)
      const recorded = left.get(row.offset)
      if (recorded === undefined) {
        if (series !== undefined) yield problem(found, 'unknown-file', keyIn(row.name))
        continue
      }
      left.delete(row.offset)
      const begins = row.size < magicEnd || isDicom(await cursor.peek(magicEnd))
      const running = cod.crc32c()
      for await (const chunk of cursor.take(row.size)) running.update(chunk)
      const crc32c = running.digest()
      for (const instance of recorded) {
        const kind = problemOf(instance, row, { crc32c, begins, hashed: series?.hashed === true })
        if (kind !== undefined) yield problem(found, kind, instance.key)
      }
    }
  } catch (error) {
    if (call.signal.aborted || !isGantryError(error) || error.code !== 'integrity') throw error
    seen.damaged = true
  } finally {
    await cursor.close()
  }
  if (seen.damaged) yield problem(found, 'damaged-tar')
  if (seen.followed) yield problem(found, 'bytes-behind')
  for (const { key } of [...left.values()].flat()) yield problem(found, 'missing-bytes', key)
}

function problemOf(
  instance: Instance,
  row: TarRow,
  read: { readonly crc32c: string; readonly begins: boolean; readonly hashed: boolean },
): ProblemKind | undefined {
  const { key, size, crc32c } = instance
  const isRight = row.size === size && read.crc32c === crc32c
  const dataSet = dataSetOf(instance)
  // What was made of it where names are hashed is not known here: then the file's name counts alone.
  const uid = read.hashed ? undefined : dataSet && textOf(dataSet, '00080018')
  if (uid === undefined || !isRight ? keyIn(row.name) !== key : uid !== key) return 'wrong-file'
  if (!isRight) return 'wrong-bytes'
  if (!read.begins) return 'not-dicom'
  return dataSet === undefined ? 'unreadable-record' : undefined
}

async function* checkIndex(
  cod: Cod,
  found: FoundSeries,
  { rows, damaged }: SeenTar,
  call: Call,
): AsyncGenerator<CodProblem, void, undefined> {
  if (found.index === undefined) {
    yield problem(found, 'no-index')
    return
  }
  const left = new Set(rows.map(idOf))
  let more = false
  try {
    const { body } = await cod.store.read(pathsOf(found).index, undefined, call)
    for (const row of readRows(await collect(body, cod.settings.maxMetadataBytes), 'files')) {
      const [path, name, headerOffset, offset, size, , , type] = row
      if (type === folderType) continue
      const id = idOf({ name: `${String(path)}/${String(name)}`.slice(1), headerOffset, offset, size })
      more ||= !left.delete(id)
    }
  } catch (error) {
    if (call.signal.aborted || !isGantryError(error) || error.code !== 'integrity') throw error
    more = true
  }
  // Where a header is damaged, the index knows better where it began.
  if (!damaged && (more || left.size > 0)) yield problem(found, 'wrong-index')
}

/** Where a file is, as tar and index both tell. */
function idOf({
  name,
  headerOffset,
  offset,
  size,
}: { readonly [Key in keyof Omit<TarRow, 'mtime'>]: unknown }): string {
  return [name, headerOffset, offset, size].map(String).join(' ')
}

/** `instances/1.2.3.dcm` */
function keyIn(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1).replace(/\.dcm$/u, '')
}
