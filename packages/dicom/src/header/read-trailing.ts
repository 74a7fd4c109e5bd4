import { isGantryError, type Signal } from '@gantry/core'

import { ItemReader } from '../frames/item-reader.ts'
import type { HeaderSource } from '../source/header-source.ts'
import { runScan } from '../source/run-scan.ts'
import { type DataSet, type DicomElement, settled, toElement } from '../structure/data-set.ts'
import { ElementCursor } from '../structure/element-cursor.ts'
import { isSequenceDelimiter, mostFragments } from '../structure/pixel-data.ts'
import { scanDataSet } from '../structure/scan-data-set.ts'
import type { Sink } from '../structure/sink.ts'
import { fetchFromSource, Window } from '../structure/window.ts'
import { isSigned } from '../values/is-signed.ts'
import type { DicomHeader } from './dicom-header.ts'
import { type HeaderOptions, toScanOptions } from './options.ts'

export interface TrailingOptions extends HeaderOptions {
  readonly signal?: Signal | undefined
}

/**
 * The elements behind the pixel data, which `readHeader` does not come to: signatures, private data, padding. Costs nothing
 * where native pixel data end the file, one read of 8 bytes where encapsulated ones do; else those are followed for 4,096
 * fragments. `[]` for a deflated file, for one of unknown size, and where what stands there is no data set.
 */
export async function readTrailing(
  source: HeaderSource,
  header: DicomHeader,
  options: TrailingOptions = {},
): Promise<DataSet> {
  const { pixelData, transferSyntax, encoding } = header
  const { size } = source
  if (pixelData === undefined || transferSyntax.deflated || size === undefined) return []
  const found = new Map<number, DicomElement>()
  const sink: Sink = {
    wants: () => true,
    take: (head, value, within) => void found.set(head.tag, toElement(head, value, within)),
  }
  try {
    const start = await endOfPixelData(source, header, options.signal)
    if (start === undefined || start >= size) return []
    const { maxHeaderBytes: limit, firstRead, longestValue } = toScanOptions(options, size)
    const window = new Window(fetchFromSource, { size, limit, firstRead })
    await runScan(scanDataSet(window, { start, encoding, sink, longestValue, checkPixelData: 'no' }), source)
  } catch (error) {
    // What a store fails with says nothing of the file.
    if (!isGantryError(error) || error.store !== undefined) throw error
    if (error.code !== 'invalid' && error.code !== 'integrity') throw error
    return []
  }
  const behind = [...found.values()].filter(({ tag }) => tag > pixelData.tag).toSorted((a, b) => a.tag - b.tag)
  return settled(behind, isSigned(header.elements) ?? false)
}

/** `undefined` where it would take too many reads to tell. */
async function endOfPixelData(
  source: HeaderSource,
  { pixelData, encoding }: DicomHeader,
  signal: Signal | undefined,
): Promise<number | undefined> {
  const { offset = 0, length } = pixelData ?? {}
  if (length !== undefined) return offset + length
  const { size = 0 } = source
  if (isSequenceDelimiter(new ElementCursor(), await source.read(Math.max(0, size - 8), size), encoding)) return size
  const items = new ItemReader(source, encoding, signal)
  let position = offset
  for (let count = 0; count < mostFragments; count += 1) {
    const item = await items.at(position)
    if (item === undefined) return position + 8
    position = item.end
  }
  return undefined
}
