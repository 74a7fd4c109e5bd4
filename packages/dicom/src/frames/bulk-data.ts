import { type Bytes, GantryError } from '@gantry/core'

import type { DicomHeader } from '../header/dicom-header.ts'
import { readHeader } from '../header/read-header.ts'
import type { HeaderSource } from '../source/header-source.ts'
import type { DataSet, DicomElement } from '../structure/data-set.ts'
import { itemAt } from '../structure/items.ts'
import { isPixelData } from '../structure/tag.ts'
import type { FrameRange } from './frame-location.ts'
import type { FrameOptions } from './frame-ranges.ts'
import { checkSignal, frameSource } from './frame-source.ts'
import { readRanges } from './read-ranges.ts'

/** A value that DICOM JSON leaves out, by the `path` that `toDicomJson` offers to `bulkDataURI`. */
export interface BulkDataRange extends FrameRange {
  readonly vr: string
  /** The range counts within the inflated data set: `readBulkData` gets at it. */
  readonly inflated: boolean
}

/**
 * Where the value at `path`, `7FE00010` or `52009230/0/00089999`, lies. `not_found` if there is none, `invalid` if that
 * is no path, `unsupported` for encapsulated pixel data, which are had frame by frame.
 */
export async function bulkDataRange(
  source: HeaderSource,
  path: string,
  options: FrameOptions = {},
): Promise<BulkDataRange> {
  const header = options.header ?? (await readHeader(source, options))
  return rangeIn(header, path)
}

/** The value at `path`, as it stands in the file. */
export async function* readBulkData(
  source: HeaderSource,
  path: string,
  options: FrameOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const header = options.header ?? (await readHeader(source, options))
  checkSignal(options.signal)
  const range = rangeIn(header, path)
  const location = { ranges: [range], length: range.end - range.start, skippedBits: 0, inWords: false }
  const body: Bytes = readRanges(frameSource(source, header), location, options.signal)
  yield* body
}

function rangeIn(header: DicomHeader, path: string): BulkDataRange {
  if (!/^[0-9A-F]{8}(?:\/\d{1,9}\/[0-9A-F]{8})*$/iu.test(path)) {
    throw new GantryError('invalid', 'Bulk data are named by tags, with the numbers of items between: 7FE00010.')
  }
  const inflated = header.transferSyntax.deflated
  const parts = path.split('/')
  const tag = Number.parseInt(parts[0] as string, 16)
  const { pixelData } = header
  if (parts.length === 1 && isPixelData(tag) && pixelData?.tag === tag) {
    const { vr, offset, length } = pixelData
    if (length === undefined) {
      throw new GantryError('unsupported', 'Encapsulated pixel data are had frame by frame.')
    }
    return { vr, start: offset, end: offset + length, inflated }
  }
  const { vr, offset, length, value } = elementAt(header.elements, parts)
  const bytes = length ?? value?.length
  if (bytes === undefined) throw new GantryError('unsupported', 'A value without a length is not had by its range.')
  return { vr, start: offset, end: offset + bytes, inflated }
}

function elementAt(elements: DataSet, [name, item, ...rest]: readonly string[]): DicomElement {
  const tag = Number.parseInt(name as string, 16)
  const element = elements.find((one) => one.tag === tag)
  if (element === undefined) throw new GantryError('not_found', 'The instance has no such value.')
  if (item === undefined) return element
  return elementAt((element.vr === 'SQ' ? itemAt(element, Number(item)) : undefined) ?? [], rest)
}
