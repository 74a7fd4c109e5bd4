import { type Call, GantryError, isGantryError } from '@gantry/core/driver'

import type { KeptText } from '../bytes/kept-text.ts'
import type { Cod } from '../cod-parts.ts'
import { instanceSource } from '../frames/instance-source.ts'
import { dataSetOf } from '../metadata/data-set-of.ts'
import type { Instance } from '../metadata/instance.ts'
import type { MetadataDocument } from '../metadata/series-metadata.ts'
import { SliceCursor } from '../read/slice-cursor.ts'
import { entryPathOf, parseEntryPath, pathsOf, type SeriesName } from '../series/series-name.ts'
import type { TarRow } from '../tar/tar-row.ts'
import { type TarCondition, walkRecorded } from '../tar/walk-recorded.ts'
import { BodyPrefix } from '../write/body-prefix.ts'
import { recordOf } from '../write/describe-instance.ts'
import { TailWatch } from '../write/describe-tail.ts'
import { FrameWatch } from '../write/offset-tables.ts'
import { readPassing } from '../write/read-sparsely.ts'

/** What a series has on record before it is repaired. */
export interface Before {
  readonly document: MetadataDocument
  readonly instances: ReadonlyMap<string, Instance>
  /** There was nothing that could be read. */
  readonly isAnew: boolean
}

export interface SeenTar extends Readonly<TarCondition> {
  readonly records: ReadonlyMap<string, KeptText>
  readonly rows: readonly TarRow[]
  readonly tarSize: number
  /** Keys of records that were made anew. */
  readonly written: readonly string[]
  /** Keys of records whose bytes the tar does not have. */
  readonly lost: readonly string[]
  /** Entries that come to no record. */
  readonly passedOver: number
}

/** An image as it is in the tar, and its record: the one that there was, where that is right. */
interface Seen {
  readonly key: string
  readonly size: number
  readonly crc32c: string
  readonly record: KeptText
  readonly kept: boolean
}

/** Goes through a tar once, and answers the records of what it has. */
export async function readTar(cod: Cod, name: SeriesName, before: Before, call: Call): Promise<SeenTar> {
  const { instances, isAnew } = before
  const { entry, body } = await cod.store.read(pathsOf(name).tar, undefined, call)
  const cursor = new SliceCursor(body, 0)
  const records = new Map<string, Seen>()
  const rows: TarRow[] = []
  const condition = { damaged: false, followed: false }
  let passedOver = 0
  let strangers = 0
  try {
    for await (const { type, recorded, ...row } of walkRecorded(cursor, instances.values(), entry.size, condition)) {
      if (type !== '0') {
        if (type !== '5') passedOver += 1
        continue
      }
      const found = await describe(cod, name, before, row, cursor, call)
      const seen = found === 'stranger' ? undefined : found
      // A record alone proves nothing.
      if (recorded && seen?.kept !== true) continue
      if (seen === undefined) passedOver += 1
      // Of one that is there twice, the one that is on record counts, else the last.
      else if (records.get(seen.key)?.kept !== true) records.set(seen.key, seen)
      if (found === 'stranger') strangers += 1
      rows.push(row)
    }
  } catch (error) {
    if (call.signal.aborted || !isGantryError(error) || error.code !== 'integrity' || rows.length === 0) throw error
    // What is before the damage can be had.
    condition.damaged = true
  } finally {
    await cursor.close()
  }
  // One may have come here by mistake; where all are like that, it is the names of the series that are others.
  if (isAnew && strangers > 0 && records.size === 0 && cod.settings.hashUid === undefined) throw otherNames()
  return {
    ...condition,
    records: new Map([...records].map(([key, { record }]) => [key, record])),
    rows,
    tarSize: entry.size ?? cursor.position,
    written: [...records.values()].filter(({ kept }) => !kept).map(({ key }) => key),
    // One that was unusable tells of no bytes.
    lost: [...instances.values()].filter((one) => isLost(one, records.get(one.key))).map(({ key }) => key),
    passedOver,
  }
}

/** Whether the record that was there tells of other bytes than the tar has. */
function isLost(before: Instance, seen: Seen | undefined): boolean {
  return before.crc32c !== seen?.crc32c || before.size !== seen.size
}

/**
 * The record of what is at `cursor`, whatever its entry is called: the one that is there where it is right. A `stranger` is an
 * image that is not of this series, or that no path of it can name; `undefined` is none.
 */
async function describe(
  cod: Cod,
  name: SeriesName,
  { document, instances }: Before,
  row: TarRow,
  cursor: SliceCursor,
  call: Call,
): Promise<Seen | 'stranger' | undefined> {
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
  const { hashUid: nameOf = (uid: string) => uid } = cod.settings
  const { studyInstanceUID: study, seriesInstanceUID: series, sopInstanceUID: instance } = header.identifiers
  if (study === undefined || series === undefined || instance === undefined) return 'stranger'
  const key = nameOf(instance)
  const { size, offset: start } = row
  const crc32c = running.digest()
  const known = instances.get(key)
  const before = document.records.get(key)
  const isRight = known?.start === start && known.size === size && known.crc32c === crc32c
  if (isRight && before !== undefined && !isUnreadable(known)) return { key, size, crc32c, record: before, kept: true }
  // Recorded here, it would be found where it does not belong, and by its true UID where names are hashed.
  if (nameOf(study) !== name.study || nameOf(series) !== name.series) return 'stranger'
  // With a `/` in its UID, it would be listed and never found.
  if (parseEntryPath(entryPathOf(name, key)) === undefined) return 'stranger'
  const stored = { key, start, size, crc32c, tables: frames.tables() }
  const { text } = await recordOf(cod.settings, name, stored, { header, bytes, tail: tail.bytes }, before)
  return { key, size, crc32c, record: text, kept: false }
}

/** A record of a later version is not ours to judge. */
function isUnreadable(instance: Instance): boolean {
  return ['1.0', '2.0'].includes(instance.version) && dataSetOf(instance) === undefined
}

function otherNames(): GantryError {
  return new GantryError(
    'unsupported',
    'No image in the tar has the UIDs that its folder is called by, and nothing is left that says why: if its names are hashed, give "hashUid".',
  )
}
