import { isGantryError, type Signal } from '@gantry/core'

import { malformed } from '../errors.ts'
import type { DicomHeader } from '../header/dicom-header.ts'
import type { HeaderSource } from '../source/header-source.ts'
import { type FragmentIndex, indexFragments } from './fragment-index.ts'
import type { FrameLocation, FrameRange } from './frame-location.ts'
import { frameStartOf, type IsFrameStart } from './frame-start.ts'
import { type Item, ItemReader } from './item-reader.ts'
import { type OffsetTable, offsetTable } from './offset-table.ts'

export type Locate = (index: number, signal: Signal | undefined) => Promise<FrameLocation>

/**
 * Frames in fragments (PS3.5 A.4), numbered from 0. A table is believed as far as it leads from item to item and to
 * what a frame begins with. One that does not is ignored from then on, and all fragments are gone through, once.
 */
export async function encapsulatedFrames(
  source: HeaderSource,
  header: DicomHeader,
  frames: number,
  signal: Signal | undefined,
): Promise<Locate> {
  const { pixelData, transferSyntax, encoding } = header
  const basic = await new ItemReader(source, encoding, signal).at(pixelData?.offset ?? 0)
  if (basic === undefined) throw malformed('the encapsulated pixel data are empty')
  const first = basic.end
  const isStart = frameStartOf(transferSyntax.uid)
  let table = frames === 1 ? undefined : offsetTable(source, header, basic, frames)
  let checked: Promise<void> | undefined
  let index: Promise<FragmentIndex> | undefined

  async function byTable(trusted: OffsetTable, frame: number, reader: ItemReader): Promise<readonly FrameRange[]> {
    await (checked ??= checkEnds(trusted, reader, first, frames))
    const offset = await trusted.offsetOf(frame)
    if (frame > 0 && (await trusted.offsetOf(frame - 1)) >= offset) throw malformed('offsets are out of order')
    const item = await reader.at(first + offset)
    if (item === undefined || isStart?.(item.first) === false) throw malformed('an offset leads to no frame')
    const end = frame + 1 < frames ? first + (await trusted.offsetOf(frame + 1)) : undefined
    if (trusted.lengthOf !== undefined) return [await extendedRange(reader, item, end, await trusted.lengthOf(frame))]
    return await fragmentsUntil(reader, item, end, isStart)
  }

  async function walked(frame: number, callSignal: Signal | undefined): Promise<readonly FrameRange[]> {
    index ??= indexFragments(new ItemReader(source, encoding, callSignal), first, frames, isStart)
    try {
      return (await index).rangesOf(frame)
    } catch (error) {
      // What one call gave up, another may go through.
      index = undefined
      throw error
    }
  }

  return async (frame, callSignal) => {
    if (table !== undefined) {
      try {
        return located(await byTable(table, frame, new ItemReader(source, encoding, callSignal)))
      } catch (error) {
        checked = undefined
        if (!isGantryError(error) || (error.code !== 'invalid' && error.code !== 'integrity')) throw error
        table = undefined
      }
    }
    return located(await walked(frame, callSignal))
  }
}

/** Most tables that are wrong are so throughout: neither the first nor the last entry leads where it should. */
async function checkEnds(table: OffsetTable, reader: ItemReader, first: number, frames: number): Promise<void> {
  if ((await table.offsetOf(0)) !== 0) throw malformed('the offset table does not begin with the first frame')
  const last = await reader.at(first + (await table.offsetOf(frames - 1)))
  if (last === undefined) throw malformed('the last offset leads to no frame')
}

/** One fragment a frame, which may be padded by a byte that the table does not count (PS3.3 C.7.6.3.1.8). */
async function extendedRange(
  reader: ItemReader,
  item: Item,
  end: number | undefined,
  length: number,
): Promise<FrameRange> {
  const padding = item.end - item.start - length
  if (padding !== 0 && padding !== 1) throw malformed('the extended offset table has another length for a frame')
  const isNext = end === undefined ? (await reader.at(item.end)) === undefined : end === item.end
  if (!isNext) throw malformed('the next offset is not where a frame ends')
  return { start: item.start, end: item.start + length }
}

async function fragmentsUntil(
  reader: ItemReader,
  start: Item,
  end: number | undefined,
  isStart: IsFrameStart | undefined,
): Promise<FrameRange[]> {
  const ranges: FrameRange[] = []
  let item: Item | undefined = start
  while (item !== undefined) {
    if (item !== start && isStart?.(item.first) === true) throw malformed('an offset passes over a frame')
    ranges.push({ start: item.start, end: item.end })
    if (item.end === end) return ranges
    if (end !== undefined && item.end > end) break
    item = await reader.at(item.end)
  }
  if (end !== undefined) throw malformed('the next offset lies within a frame')
  return ranges
}

function located(ranges: readonly FrameRange[]): FrameLocation {
  const length = ranges.reduce((sum, { start, end }) => sum + end - start, 0)
  if (length === 0) throw malformed('a frame is empty')
  return { ranges: ranges.filter(({ start, end }) => end > start), length, skippedBits: 0, inWords: false }
}
