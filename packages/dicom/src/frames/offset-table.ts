import { readExactly } from './frame-source.ts'
import type { DicomHeader } from '../header/dicom-header.ts'
import type { HeaderSource } from '../source/header-source.ts'
import { tags } from '../structure/tag.ts'
import type { Item } from './item-reader.ts'

/** Entries of an offset table that are read at once. */
const page = 2048

/** Where frames begin, as a table says: counted from the head of the first fragment. */
export interface OffsetTable {
  readonly kind: 'basic' | 'extended'
  /** Of the frame of this number, counted from 0. */
  offsetOf(index: number): Promise<number>
  /** Bytes of it, of an extended table. */
  lengthOf?(index: number): Promise<number>
}

/**
 * The Extended Offset Table (7FE0,0001), else the basic one; `undefined` if there is none, or one for another number
 * of frames. Tables are read by pages: that of a long film is larger than a header should be.
 */
export function offsetTable(
  source: HeaderSource,
  header: DicomHeader,
  basic: Item,
  frames: number,
): OffsetTable | undefined {
  const offsets = longs(source, header, tags.extendedOffsetTable, frames)
  const lengths = longs(source, header, tags.extendedOffsetTableLengths, frames)
  if (offsets !== undefined && lengths !== undefined) return { kind: 'extended', offsetOf: offsets, lengthOf: lengths }
  if (basic.end - basic.start !== 4 * frames) return undefined
  // Offsets of 32 bits begin anew where they do not suffice, and then may well lead to another frame.
  if (source.size === undefined || source.size - basic.end > 0xffffffff) return undefined
  const { bigEndian } = header.encoding
  return {
    kind: 'basic',
    offsetOf: paged(source, basic.start, frames, 4, (view, at) => view.getUint32(at, !bigEndian)),
  }
}

type Entries = (index: number) => Promise<number>

function longs(source: HeaderSource, header: DicomHeader, tag: number, frames: number): Entries | undefined {
  const element = header.elements.find((one) => one.tag === tag)
  if (element?.length !== 8 * frames) return undefined
  const little = !element.encoding.bigEndian
  return paged(source, element.offset, frames, 8, (view, at) => Number(view.getBigUint64(at, little)))
}

function paged(
  source: HeaderSource,
  start: number,
  count: number,
  width: number,
  get: (view: DataView, at: number) => number,
): Entries {
  let held: { readonly first: number; readonly view: DataView } | undefined
  return async (index) => {
    const first = index - (index % page)
    if (held?.first !== first) {
      const end = Math.min(first + page, count)
      const bytes = new Uint8Array(await readExactly(source, start + first * width, start + end * width))
      held = { first, view: new DataView(bytes.buffer) }
    }
    return get(held.view, (index - first) * width)
  }
}
