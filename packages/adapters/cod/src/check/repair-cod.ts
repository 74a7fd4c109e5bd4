import type { Store } from '@gantry/core'
import { type Call, type CallOptions, GantryError, isGantryError, toCall } from '@gantry/core/driver'

import { partsOf } from '../cod.ts'
import type { Cod } from '../cod-parts.ts'
import { parseInstance } from '../metadata/instance.ts'
import type { MetadataDocument } from '../metadata/series-metadata.ts'
import type { CodOptions } from '../options.ts'
import { SliceCursor } from '../read/slice-cursor.ts'
import { pathsOf, type SeriesName } from '../series/series-name.ts'
import type { TarRow } from '../tar/tar-row.ts'
import { walkTar } from '../tar/walk-tar.ts'
import { BodyPrefix } from '../write/body-prefix.ts'
import { readHeaderOf, recordOf } from '../write/describe-instance.ts'
import { TailWatch } from '../write/describe-tail.ts'
import { FrameWatch } from '../write/offset-tables.ts'
import { newDocument, openDocument } from '../write/open-document.ts'
import { publishIndex, publishMetadata } from '../write/publish-metadata.ts'
import { SeriesLock } from '../write/series-lock.ts'

export interface RepairOptions extends CallOptions, Omit<CodOptions, 'onTrouble'> {
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
}

/**
 * Makes index and metadata of a series anew from its tar. Records that are right stay as they are, as do all fields that
 * are none of ours. `integrity`, and nothing is changed, where bytes are not those that were recorded, unless forced.
 */
export async function repairCod(store: Store, name: SeriesName, options: RepairOptions = {}): Promise<Repaired> {
  const { breakLock = false, force = false, signal, report: _report, compares: _compares, ...rest } = options
  const call = toCall(signal === undefined ? {} : { signal })
  const cod = partsOf(store, rest)
  const { lock: path } = pathsOf(name)
  if (breakLock) await store.remove(path, call)
  const { document, version } = await documentOf(cod, name, call)
  const lock = await SeriesLock.take(cod, name, cod.settings.randomUUID(), document, call)
  try {
    const seen = await readTar(cod, name, document, call)
    const { records, rows, tarSize, ...repaired } = seen
    if (repaired.lost.length > 0 && !force) throw wouldLose(repaired.lost.length)
    await lock.verify(call)
    await publishIndex(cod, name, rows, tarSize, call)
    const mended = { ...document, cod: { ...document.cod, instances: records } }
    await publishMetadata(cod, name, mended, version, call)
    return { ...repaired, instances: Object.keys(records).length }
  } finally {
    await lock.release(toCall())
  }
}

/** What can be kept of the metadata; where they are damaged, nothing. */
async function documentOf(cod: Cod, name: SeriesName, call: Call) {
  try {
    return await openDocument(cod, name, call)
  } catch (error) {
    if (!isGantryError(error) || error.code !== 'integrity') throw error
    const { version } = await cod.store.stat(pathsOf(name).metadata, call)
    return { document: newDocument(name, cod.settings.hashUid !== undefined), version, isNew: false }
  }
}

interface SeenTar {
  readonly records: Readonly<Record<string, unknown>>
  readonly rows: readonly TarRow[]
  readonly tarSize: number
  readonly written: readonly string[]
  readonly lost: readonly string[]
  readonly passedOver: number
}

async function readTar(cod: Cod, name: SeriesName, document: MetadataDocument, call: Call): Promise<SeenTar> {
  const { entry, body } = await cod.store.read(pathsOf(name).tar, undefined, call)
  const cursor = new SliceCursor(body, 0)
  const records = new Map<string, { readonly record: unknown; readonly kept: boolean }>()
  const rows: TarRow[] = []
  let passedOver = 0
  try {
    for await (const { type, ...row } of walkTar(cursor)) {
      if (type !== '0') continue
      const [, key] = /^instances\/([^/]+)\.dcm$/u.exec(row.name) ?? []
      const found = key === undefined ? undefined : await describe(cod, name, document, key, row, cursor)
      if (key === undefined || found === undefined) passedOver += 1
      // Of one that is there twice, the one that is on record counts, else the last.
      else if (records.get(key)?.kept !== true) records.set(key, found)
      rows.push(row)
    }
  } catch (error) {
    if (call.signal.aborted || !isGantryError(error) || error.code !== 'integrity' || rows.length === 0) throw error
    // What is before the damage can be had.
  } finally {
    await cursor.close()
  }
  const before = Object.keys(document.cod.instances)
  return {
    records: Object.fromEntries([...records].map(([key, { record }]) => [key, record])),
    rows,
    tarSize: entry.size ?? cursor.position,
    written: [...records].filter(([, { kept }]) => !kept).map(([key]) => key),
    lost: before.filter((key) => isLost(document, key, records.get(key)?.record)),
    passedOver,
  }
}

/** Whether the record that was there tells of other bytes than the one that was made; one that was unusable tells of none. */
function isLost(document: MetadataDocument, key: string, record: unknown): boolean {
  const before = parseInstance(key, document.cod.instances[key])
  const after = parseInstance(key, record)
  return before !== undefined && (before.crc32c !== after?.crc32c || before.size !== after.size)
}

/** The record of what is at `cursor`, the one that is there where it is right; `undefined` for what is no image. */
async function describe(
  cod: Cod,
  name: SeriesName,
  document: MetadataDocument,
  key: string,
  row: TarRow,
  cursor: SliceCursor,
): Promise<{ readonly record: unknown; readonly kept: boolean } | undefined> {
  const prefix = new BodyPrefix(cursor.take(row.size), row.size)
  let header
  try {
    header = await readHeaderOf(prefix)
  } catch (error) {
    if (cursor.failed || !isGantryError(error)) throw error
    return undefined
  }
  const running = cod.crc32c()
  const frames = new FrameWatch(header)
  const tail = new TailWatch()
  for await (const chunk of prefix.body()) {
    running.update(chunk)
    frames.see(chunk)
    tail.see(chunk, frames.end)
  }
  const stored = { key, start: row.offset, size: row.size, crc32c: running.digest(), tables: frames.tables() }
  const before = document.cod.instances[key]
  const known = parseInstance(key, before)
  if (known?.start === stored.start && known.size === stored.size && known.crc32c === stored.crc32c) {
    return { record: before, kept: true }
  }
  return { record: recordOf(cod.settings, name, stored, header, prefix.bytes, tail.bytes), kept: false }
}

function wouldLose(count: number): GantryError {
  return new GantryError(
    'integrity',
    `The tar no longer has the bytes of ${count} of the recorded instances: nothing was changed. With "force", what it has is recorded.`,
    { retryable: false },
  )
}
