import { GantryError } from '@gantry/core/driver'
import { type DicomHeader, readHeader } from '@gantry/dicom'

import { crcToBase64, toBase64 } from '../bytes/base64.ts'
import { toZstd } from '../bytes/zstd.ts'
import type { HeaderSource } from '@gantry/dicom'
import type { CodSettings } from '../options.ts'
import { pathsOf, type SeriesName } from '../series/series-name.ts'
import { describeHeader, headLength } from './describe-header.ts'
import { describeTail } from './describe-tail.ts'
import type { OffsetTables } from './offset-tables.ts'

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
    await source.read(0, header.pixelData.offset + headLength)
  return header
}

/**
 * The record of an instance in `metadata.json`, with all that the Python reader asks for. `bytes` are the first ones of
 * the file, `tail` those behind its pixel data.
 */
export function recordOf(
  settings: CodSettings,
  name: SeriesName,
  stored: StoredInstance,
  header: DicomHeader,
  bytes: Uint8Array,
  tail: Uint8Array,
): Record<string, unknown> {
  const { key, start, size, crc32c, tables } = stored
  const uri = `${settings.uri}/${pathsOf(name).tar}://instances/${key}.dcm`
  const dataSet = { ...describeHeader(header, bytes, uri), ...describeTail(header, bytes, tail, uri) }
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
  if (settings.metadataVersion === '1.0') return { metadata: dataSet, ...common }
  const { sopInstanceUID, seriesInstanceUID, studyInstanceUID } = header.identifiers
  return {
    instance_uid: sopInstanceUID,
    series_uid: seriesInstanceUID,
    study_uid: studyInstanceUID,
    has_pixeldata: header.pixelData !== undefined,
    metadata: toBase64(toZstd(new TextEncoder().encode(JSON.stringify(dataSet)))),
    ...common,
  }
}
