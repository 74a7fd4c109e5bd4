import { type Bytes, collect, type DicomJsonElement, type Entry, GantryError } from '@gantry/core/driver'
import { type DicomHeader, type HeaderSource, inTurns, readHeader } from '@gantry/dicom'

import { crcToBase64, toBase64 } from '../bytes/base64.ts'
import { KeptText } from '../bytes/kept-text.ts'
import { toZstd } from '../bytes/zstd.ts'
import { cutJson } from '../metadata/cut-json.ts'
import { entryOf } from '../metadata/entry-of.ts'
import { parseInstance } from '../metadata/instance.ts'
import { isOfSummary } from '../metadata/summary.ts'
import type { CodSettings } from '../options.ts'
import { pathsOf, type SeriesName } from '../series/series-name.ts'
import { describeHeader, headLength } from './describe-header.ts'
import { readTail } from './describe-tail.ts'
import { nameOf } from './document-text.ts'
import type { OffsetTables } from './offset-tables.ts'

const encoder = new TextEncoder()
/** Values that are longer are not looked at: only where they are is recorded. */
const longestValue = 1024 * 1024

/** An instance in the tar, as far as it is known without its header. */
export interface StoredInstance {
  readonly key: string
  readonly start: number
  readonly size: number
  readonly crc32c: string
  readonly tables: OffsetTables
  /** Where its pixel data end, where that is known. */
  readonly pixelsEnd?: number | undefined
}

/** The header of what is to be stored; `invalid` for what is no file of DICOM's (PS3.10): COD has no place for others. */
export async function readHeaderOf(source: HeaderSource): Promise<DicomHeader> {
  const header = await readHeader(source, { checkPixelData: false, longestValue, firstRead: 64 * 1024 })
  if (!header.preamble) throw new GantryError('invalid', 'COD holds DICOM files alone: this one has no preamble.')
  if (header.kind !== 'instance') throw new GantryError('invalid', 'COD holds images alone: this is a DICOMDIR.')
  // How its pixels begin is recorded too.
  if (header.pixelData !== undefined && !header.transferSyntax.deflated)
    await source.read(header.pixelData.offset, header.pixelData.offset + headLength)
  return header
}

/** What a record is made of: `bytes` are the first ones of the file, `tail` those behind its pixel data. */
export interface ReadInstance {
  readonly header: DicomHeader
  readonly bytes: Uint8Array
  readonly tail: Uint8Array
}

/** A record that waits for the others of its series. */
export interface Recorded {
  /** JSON, with all that the Python reader asks for. */
  readonly text: KeptText
  /** What it will be listed as. */
  readonly entry: Entry
}

/**
 * The record of an instance in `metadata.json`. It is made piece by piece, with turns for others: a header may be
 * megabytes, and its JSON many times as much. Fields of `before` that are none of ours stay.
 */
export async function recordOf(
  settings: CodSettings,
  name: SeriesName,
  stored: StoredInstance,
  { header, bytes, tail }: ReadInstance,
  before?: KeptText,
): Promise<Recorded> {
  const { key, start, size, crc32c, tables } = stored
  const uri = `${settings.uri}/${pathsOf(name).tar}://instances/${key}.dcm`
  const common = {
    uri,
    headers: { start_byte: start, end_byte: start + size },
    offset_tables: tables,
    crc32c: crcToBase64(crc32c),
    size,
    // Nothing that could be cleaned up afterwards: where it came from is not ours.
    original_path: uri,
    dependencies: [],
    diff_hash_dupe_paths: [],
    version: settings.metadataVersion,
    modified_datetime: `${new Date(settings.now()).toISOString().slice(0, -1)}000`,
  }
  const summary: Record<string, DicomJsonElement> = {}
  const see = (path: string, element: DicomJsonElement) => {
    if (path.length === 8 && isOfSummary(path)) summary[path] = element
  }
  const dataSet = encoded(inTurns(describeHeader(header, bytes, readTail(header, bytes, tail), uri, see)))
  const { sopInstanceUID, seriesInstanceUID, studyInstanceUID } = header.identifiers
  const original = {
    instance_uid: sopInstanceUID,
    series_uid: seriesInstanceUID,
    study_uid: studyInstanceUID,
    has_pixeldata: header.pixelData !== undefined,
  }
  const isFirst = settings.metadataVersion === '1.0'
  const ours = isFirst ? common : { ...original, ...common }
  const metadata = isFirst ? dataSet : compressed(dataSet)
  const text = await KeptText.of(recordText(ours, metadata, before))
  const instance = parseInstance(key, { ...common, version: '1.0', metadata: summary })
  if (instance === undefined) throw new GantryError('internal', 'What was recorded cannot be read.')
  return { text, entry: entryOf(name, instance) }
}

async function* recordText(
  ours: Readonly<Record<string, unknown>>,
  metadata: Bytes,
  before: KeptText | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield encoder.encode('{')
  for await (const { path, bytes } of before === undefined ? [] : cutJson(before.pieces(), isRecord)) {
    const [field] = path
    if (field === undefined || bytes === undefined || field === 'metadata' || Object.hasOwn(ours, field)) continue
    yield encoder.encode(nameOf(field))
    yield bytes
    yield encoder.encode(',')
  }
  yield encoder.encode(nameOf('metadata'))
  yield* metadata
  yield encoder.encode(`,${JSON.stringify(ours).slice(1)}`)
}

function isRecord(path: readonly string[], named: boolean): boolean {
  return path.length === 0 && named
}

async function* encoded(pieces: AsyncIterable<string>): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const piece of pieces) yield encoder.encode(piece)
}

/** As version 2.0 has it: a frame tells its length before all else. */
async function* compressed(dataSet: Bytes): AsyncGenerator<Uint8Array, void, undefined> {
  const frame = toZstd(await collect(dataSet, Number.MAX_SAFE_INTEGER))
  yield encoder.encode('"')
  // Of whole groups of three bytes, the texts can be joined.
  for (let at = 0; at < frame.length; at += 49_152) yield encoder.encode(toBase64(frame.subarray(at, at + 49_152)))
  yield encoder.encode('"')
}
