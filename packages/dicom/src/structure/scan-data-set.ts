import { malformed, truncated } from '../errors.ts'
import { ElementCursor, undefinedLength } from './element-cursor.ts'
import { type Encoding } from './encoding.ts'
import { checkEncapsulated, checkNative, mostFragments, type PixelData } from './pixel-data.ts'
import type { Sink, ValueHead } from './sink.ts'
import { isPixelData, tags } from './tag.ts'
import { vrName } from './value-representation.ts'
import { contentOf, encodingWithin, walk } from './walk.ts'
import type { Scan, Window } from './window.ts'

export type CheckPixelData = 'no' | 'native' | 'all' | 'passing'

export interface DataSetScan {
  readonly start: number
  readonly encoding: Encoding
  readonly sink: Sink
  /** Values longer than this are passed over unread, but sequences only if they are not wanted. */
  readonly longestValue: number
  /** But for those of which this is so. */
  readonly needs?: (head: ValueHead) => boolean
  readonly checkPixelData: CheckPixelData
  /** Pixel data that end beyond are not checked. Default: none. */
  readonly checkUpTo?: number
}

export interface ScannedDataSet {
  readonly pixelData: PixelData | undefined
  /** Where the header ends: at the pixel data, or with the file. */
  readonly end: number
}

/** Goes through the top level of a data set, to the pixel data or to the end. */
export function* scanDataSet(window: Window, options: DataSetScan): Scan<ScannedDataSet> {
  const { encoding, sink, longestValue, needs } = options
  const cursor = new ElementCursor()
  let position = options.start
  let padded = false
  for (;;) {
    if (!window.holds(position, position + 12)) yield* fillPast(window, position, position + 12)
    if (!cursor.read(window.bytes, position - window.base, encoding)) break
    const { tag, vr, length } = cursor
    if (tag >>> 16 === 0xfffe) throw malformed('an item or a delimiter stands outside of a sequence')
    const offset = position + cursor.headLength
    if (tag === 0 && length === 0) {
      // NULs that pad the file.
      padded = true
      position = offset
      continue
    }
    if (isPixelData(tag)) {
      const pixelData = yield* scanPixelData(window, cursor, offset, options)
      return { pixelData, end: position }
    }
    if (length !== undefinedLength && window.size !== undefined && offset + length > window.size) {
      throw truncated('within an element')
    }
    const content = contentOf(cursor, encoding)
    const wanted = sink.wants(cursor) && (length <= longestValue || content !== 'bytes' || needs?.(cursor) === true)
    let end = offset + length
    if (content !== 'bytes' && (wanted || length === undefinedLength || length <= longestValue)) {
      end = yield* walk(window, cursor, {
        content,
        encoding: encodingWithin(vr, encoding),
        start: offset,
        end: length === undefinedLength ? undefined : end,
        pin: wanted ? position : undefined,
      })
    }
    if (wanted && !(yield* window.fill(position, end))) throw truncated('within an element')
    const value = wanted ? window.bytes.subarray(offset - window.base, end - window.base) : undefined
    sink.take({ tag, vr, length, offset }, value, encoding)
    position = end
  }
  // What is left is too short for an element; after NULs that look like empty ones, it is the rest of those.
  if (!padded && (yield* window.fill(position, position + 1))) throw truncated('within the head of an element')
  return { pixelData: undefined, end: position }
}

/** Where the size is not known, a jump to beyond the end must not pass for the end: its last byte is read as well. */
function* fillPast(window: Window, from: number, to: number): Scan<void> {
  const jumped = window.size === undefined && from > window.end
  if (jumped && !(yield* window.fill(from - 1, from))) throw truncated('within an element')
  yield* window.fill(from, to)
}

function* scanPixelData(window: Window, cursor: ElementCursor, offset: number, options: DataSetScan): Scan<PixelData> {
  const { tag, vr, length } = cursor
  const encapsulated = length === undefinedLength
  if (encapsulated && tag !== tags.pixelData) throw malformed('the float pixel data have no length')
  if (options.checkPixelData !== 'no') {
    if (encapsulated) {
      const most = options.checkPixelData === 'passing' ? Infinity : mostFragments
      if (options.checkPixelData !== 'native') {
        yield* checkEncapsulated(window, cursor, { encoding: options.encoding, offset, most })
      }
    } else if (offset + length <= (options.checkUpTo ?? Infinity)) yield* checkNative(window, offset, length)
  }
  return { tag, vr: vr === 0 ? 'OW' : vrName(vr), offset, length: encapsulated ? undefined : length }
}
