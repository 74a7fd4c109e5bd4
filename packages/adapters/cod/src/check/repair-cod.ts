import type { Store } from '@gantry/core'
import { type Call, type CallOptions, GantryError, isGantryError, toCall } from '@gantry/core/driver'

import { partsOf } from '../cod.ts'
import type { Cod } from '../cod-parts.ts'
import type { KeptText } from '../bytes/kept-text.ts'
import { dataSetOf } from '../metadata/data-set-of.ts'
import type { Instance } from '../metadata/instance.ts'
import type { MetadataDocument } from '../metadata/series-metadata.ts'
import type { CodOptions } from '../options.ts'
import { SliceCursor } from '../read/slice-cursor.ts'
import { pathsOf, type SeriesName } from '../series/series-name.ts'
import type { TarRow } from '../tar/tar-row.ts'
import { walkRecorded } from '../tar/walk-recorded.ts'
import { instanceSource } from '../frames/instance-source.ts'
import { BodyPrefix } from '../write/body-prefix.ts'
import { recordOf } from '../write/describe-instance.ts'
import { documentText } from '../write/document-text.ts'
import { readPassing } from '../write/read-sparsely.ts'
import { TailWatch } from '../write/describe-tail.ts'
import { FrameWatch } from '../write/offset-tables.ts'
import { newDocument, type OpenDocument, openDocument } from '../write/open-document.ts'
import { checkReadable, publishIndex, publishMetadata } from '../write/publish-metadata.ts'
import { SeriesLock } from '../write/series-lock.ts'

export interface RepairOptions extends CallOptions, Omit<CodOptions, 'onTrouble' | 'skipUnreadable'> {
  /** Takes another writer's lock away. Only for whoever knows that this writer is dead. */
  readonly breakLock?: boolean
  /**
   * Records what the tar holds also where that is not what the metadata say: instances whose bytes are gone, or others.
   * Without it, a series with such is left as it is.
   */
  readonly force?: boolean
}

/** What became of a series. */
export interface Repaired {
  readonly instances: number
  /** Records that were written anew. */
  readonly written: readonly string[]
  /** Keys whose bytes are gone, or are not those that were recorded. */
  readonly lost: readonly string[]
  /** Files in the tar that are no images. */
  readonly passedOver: number
  /** The tar is cut off, or has a damaged header: it stays so. Whoever copies the series elsewhere has a sound one there. */
  readonly damaged: boolean
}

/**
 * Makes index and metadata of a series anew from its tar. Records that are right stay as they are, as do all fields that
 * are none of ours. `integrity`, and nothing is changed, where bytes are not those that were recorded, unless forced: of a
 * series without a tar, that leaves empty metadata, to which instances can be added again.
 */
export async function repairCod(store: Store, name: SeriesName, options: RepairOptions = {}): Promise<Repaired> {
  const { breakLock = false, force = false, signal, report: _report, compares: _compares, ...rest } = options
  const call = toCall(signal === undefined ? {} : { signal })
  const cod = partsOf(store, rest)
  const { lock: path, tar } = pathsOf(name)
  const before = await documentOf(cod, name, call)
  const { document, series, version, isNew, isAnew } = before
  // Before anything is written: a lock would make the folders of a series that is not there.
  if (isNew && (await store.find(tar, call)) === undefined) {
    throw new GantryError('not_found', 'There is no such series: it has neither a tar nor metadata.')
  }
  if (breakLock) await store.remove(path, call)
  const lock = await SeriesLock.take(cod, name, cod.settings.randomUUID(), document, call)
  try {
    if ((await store.find(tar, call)) === undefined) {
      return await repairWithoutTar(cod, name, before, { force, lock }, call)
    }
    const seen = await readTar(cod, name, { document, instances: series.instances, isAnew }, call)
    const { records, rows, tarSize, ...repaired } = seen
    if (repaired.lost.length > 0 && !force) throw wouldLose(repaired.lost.length)
    checkReadable(cod, documentText({ ...document, records }).size)
    await lock.verify(call)
    await publishIndex(cod, name, rows, tarSize, call)
    await publishMetadata(cod, name, { document: { ...document, records }, version }, call)
    return { ...repaired, instances: records.size }
  } finally {
    await lock.release(toCall())
  }
}

interface Found extends OpenDocument {
  /** There were none, or none that could be read. */
  readonly isAnew: boolean
}

/** What can be kept of the metadata; where they are damaged, nothing. */
async function documentOf(cod: Cod, name: SeriesName, call: Call): Promise<Found> {
  try {
    const opened = await openDocument(cod, name, call)
    return { ...opened, isAnew: opened.isNew }
  } catch (error) {
    // What was only read wrong is there as it was.
    if (!isGantryError(error) || error.code !== 'integrity' || error.retryable) throw error
    const { version } = await cod.store.stat(pathsOf(name).metadata, call)
    return { ...newDocument(name, cod.settings.hashUid !== undefined), version, isNew: false, isAnew: true }
  }
}

/** An instance as it is in the tar, and its record: the one that there was, where that is right. */
interface Seen {
  readonly size: number
  readonly crc32c: string
  readonly record: KeptText
  readonly kept: boolean
}

interface Before {
  readonly document: MetadataDocument
  readonly instances: ReadonlyMap<string, Instance>
  readonly isAnew: boolean
}

interface SeenTar {
  readonly records: ReadonlyMap<string, KeptText>
  readonly rows: readonly TarRow[]
  readonly tarSize: number
  readonly written: readonly string[]
  readonly lost: readonly string[]
  readonly passedOver: number
  readonly damaged: boolean
}

/** All that is left of it are the fields that are none of ours. */
async function repairWithoutTar(
  cod: Cod,
  name: SeriesName,
  { document, version, isAnew }: Found,
  { force, lock }: { readonly force: boolean; readonly lock: SeriesLock },
  call: Call,
): Promise<Repaired> {
  const lost = [...document.records.keys()]
  if (lost.length > 0 || isAnew) {
    if (!force) throw isAnew ? nothingLeft() : allLost(lost.length)
    await lock.verify(call)
    await cod.store.remove(pathsOf(name).index, call)
    await publishMetadata(cod, name, { document: { ...document, records: new Map() }, version }, call)
  }
  return { instances: 0, written: [], lost, passedOver: 0, damaged: false }
}

async function readTar(cod: Cod, name: SeriesName, before: Before, call: Call): Promise<SeenTar> {
  const { instances } = before
  const { entry, body } = await cod.store.read(pathsOf(name).tar, undefined, call)
  const cursor = new SliceCursor(body, 0)
  const records = new Map<string, Seen>()
  const rows: TarRow[] = []
  let passedOver = 0
  let damaged = false
  try {
    const walked = walkRecorded(cursor, instances.values(), entry.size, () => (damaged = true))
    for await (const { type, recorded, ...row } of walked) {
      if (type !== '0') continue
      const [, key] = /^instances\/([^/]+)\.dcm$/u.exec(row.name) ?? []
      const found = key === undefined ? undefined : await describe(cod, name, before, key, row, cursor, call)
      // A record alone proves nothing.
      if (recorded && found?.kept !== true) continue
      if (key === undefined || found === undefined) passedOver += 1
      // Of one that is there twice, the one that is on record counts, else the last.
      else if (records.get(key)?.kept !== true) records.set(key, found)
      rows.push(row)
    }
  } catch (error) {
    if (call.signal.aborted || !isGantryError(error) || error.code !== 'integrity' || rows.length === 0) throw error
    // What is before the damage can be had.
    damaged = true
  } finally {
    await cursor.close()
  }
  return {
    records: new Map([...records].map(([key, { record }]) => [key, record])),
    rows,
    tarSize: entry.size ?? cursor.position,
    written: [...records].filter(([, { kept }]) => !kept).map(([key]) => key),
    // One that was unusable tells of no bytes.
    lost: [...instances.values()].filter((one) => isLost(one, records.get(one.key))).map(({ key }) => key),
    passedOver,
    damaged,
  }
}

/** Whether the record that was there tells of other bytes than the tar has. */
function isLost(before: Instance, seen: Seen | undefined): boolean {
  return before.crc32c !== seen?.crc32c || before.size !== seen.size
}

/** The record of what is at `cursor`, the one that is there where it is right; `undefined` for what is no image. */
async function describe(
  cod: Cod,
  name: SeriesName,
  { document, instances, isAnew }: Before,
  key: string,
  row: TarRow,
  cursor: SliceCursor,
  call: Call,
): Promise<Seen | undefined> {
  const prefix = new BodyPrefix(cursor.take(row.size), row.size)
  let read
  try {
    read = await readPassing(prefix, instanceSource(cod, name, { start: row.offset, size: row.size }, call))
  } catch (error) {
    if (cursor.failed || !isGantryError(error)) throw error
    return undefined
  }
  const { header, bytes } = read
  const running = cod.crc32c()
  const frames = new FrameWatch(header)
  const tail = new TailWatch()
  for await (const chunk of prefix.body()) {
    running.update(chunk)
    frames.see(chunk)
    tail.see(chunk, frames.end)
  }
  const { size, offset: start } = row
  const crc32c = running.digest()
  const known = instances.get(key)
  const before = document.records.get(key)
  if (
    known?.start === start &&
    known.size === size &&
    known.crc32c === crc32c &&
    before !== undefined &&
    !isUnreadable(known)
  ) {
    return { size, crc32c, record: before, kept: true }
  }
  // Nothing else says so any more, and what is recorded under the wrong name would give away the true ones.
  const isHashed = header.identifiers.studyInstanceUID !== name.study
  if (isAnew && isHashed && cod.settings.hashUid === undefined) throw hashedNames()
  const stored = { key, start, size, crc32c, tables: frames.tables() }
  const { text } = await recordOf(cod.settings, name, stored, { header, bytes, tail: tail.bytes }, before)
  return { size, crc32c, record: text, kept: false }
}

/** A record of a later version is not ours to judge. */
function isUnreadable(instance: Instance): boolean {
  return ['1.0', '2.0'].includes(instance.version) && dataSetOf(instance) === undefined
}

function hashedNames(): GantryError {
  const message = 'The names of this series are hashed, and nothing is left that says how: give "hashUid".'
  return new GantryError('unsupported', message)
}

function wouldLose(count: number): GantryError {
  return new GantryError(
    'integrity',
    `The tar no longer has the bytes of ${count} of the recorded instances: nothing was changed. To record what it has: gantry cod repair --force`,
    { retryable: false },
  )
}

function allLost(count: number): GantryError {
  const what = count === 1 ? 'the recorded instance is' : `all ${count} recorded instances are`
  return new GantryError(
    'integrity',
    `The series has no tar: ${what} lost, unless the tar can be put back. Nothing was changed. To have empty metadata: gantry cod repair --force`,
    { retryable: false },
  )
}

function nothingLeft(): GantryError {
  return new GantryError(
    'integrity',
    'The series has no tar, and metadata that cannot be read: nothing can be made of them. To have empty metadata: gantry cod repair --force',
    { retryable: false },
  )
}
