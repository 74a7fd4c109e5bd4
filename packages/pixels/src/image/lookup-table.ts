import type { DicomElement } from '@gantry/dicom'

import { malformedFrame } from '../errors.ts'
import { expandSegments } from './expand-segments.ts'

/** A table of PS3.3 C.11 or C.7.9: what lies before `first` or behind the end takes the value at that end. */
export interface LookupTable {
  readonly first: number
  readonly bits: number
  readonly data: Uint16Array
}

/**
 * From the descriptor and data elements; `invalid` where they do not fit together. `signed` says that the values that are
 * looked up may be negative: the descriptor's second number is then one of 16 bits with a sign, which writers do not
 * always tell by its VR, and files in implicit VR cannot.
 */
export function lookupTable(
  descriptor: DicomElement,
  data: DicomElement | undefined,
  signed: boolean,
): LookupTable | undefined {
  const { entries, first, bits } = described(descriptor, signed)
  if (data === undefined) return undefined
  if (data.value === undefined) throw unread()
  // Tables of 8 bits may be packed (PS3.3 C.11.1.1.1).
  const packed = data.value.length < entries * 2
  const values = packed ? Uint16Array.from(data.value) : wordsOf(data)
  if (values.length < entries) throw malformedFrame('a lookup table is shorter than its descriptor says')
  return { first, bits, data: values.subarray(0, entries) }
}

/** The same from data in segments. */
export function segmentedTable(descriptor: DicomElement, data: DicomElement, signed: boolean): LookupTable {
  const { entries, first, bits } = described(descriptor, signed)
  if (data.value === undefined) throw unread()
  const { bigEndian } = data.encoding
  return { first, bits, data: expandSegments({ bytes: data.value, bits, bigEndian, entries }) }
}

function described(descriptor: DicomElement, signed: boolean) {
  const [count = 0, start = 0, bits = 16] = wordsOf(descriptor)
  const { vr, encoding } = descriptor
  const first = (signed || (encoding.explicit && vr === 'SS')) && start > 0x7fff ? start - 0x1_0000 : start
  return { entries: count === 0 ? 65_536 : count, first, bits }
}

function unread() {
  return malformedFrame('a lookup table was not read: read the header with a longestValue of 131072 or more')
}

/** What a table makes of a value. */
export function lookUp({ first, data }: LookupTable, value: number): number {
  const index = Math.min(Math.max(Math.trunc(value) - first, 0), data.length - 1)
  return data[index] as number
}

/** Shades from 0 to 1 that a VOI LUT makes of values. */
export function shadesOf(table: LookupTable): (value: number) => number {
  const greatest = table.data.reduce((most, value) => Math.max(most, value), 0)
  // Some tables claim more bits than they fill, or fewer.
  const full = greatest >= 2 ** table.bits ? 0xffff : 2 ** table.bits - 1
  return (value) => Math.min(lookUp(table, value) / full, 1)
}

function wordsOf({ value, encoding }: DicomElement): Uint16Array {
  const bytes = value ?? new Uint8Array(0)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Uint16Array.from({ length: bytes.length >> 1 }, (_, index) => view.getUint16(index * 2, !encoding.bigEndian))
}
