import type { ValueRepresentation } from './value-representation.ts'

/**
 * One data element: `[0x00100010, 'PN', 'Doe^Jane']`. The writer takes what it is given; it does not know which VR a
 * tag should have, so that tests can write what is wrong on purpose.
 */
export type Element = readonly [tag: number, vr: ValueRepresentation, value: Value]

export type DataSet = readonly Element[]

/**
 * - text: encoded as UTF-8; several values are joined by `\`. Other character sets: give the bytes.
 * - numbers: by the VR's width (US 2, FD 8, OW 2, ...), as decimal text for DS and IS; for AT, whole tags.
 * - `Uint8Array`: verbatim, whatever the byte order.
 * - wider typed arrays: their numbers, in the byte order of the transfer syntax.
 */
export type Value =
  | string
  | number
  | bigint
  | readonly string[]
  | readonly number[]
  | readonly bigint[]
  | Uint8Array
  | Numbers
  | Sequence
  | Fragments

export type Numbers = Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array

/** Items of an SQ element, or of a UN one: those are written as implicit VR little endian (PS3.5 6.2.2, note 4). */
export interface Sequence {
  readonly items: readonly DataSet[]
  /** The sequence ends by a delimiter. Default: false, it has a length. */
  readonly undefinedLength?: boolean
  /** Each item ends by a delimiter. Default: false. */
  readonly undefinedItemLength?: boolean
}

/** Encapsulated pixel data (PS3.5 A.4). Fragments of odd length get a NUL. */
export interface Fragments {
  readonly fragments: readonly Uint8Array[]
  /** Basic offset table: `empty` (default), one offset a fragment, or these. */
  readonly offsetTable?: 'empty' | 'fragments' | readonly number[]
}

/** In the order that PS3.5 7.1 asks for. Equal tags keep theirs. */
export function sortedByTag(dataSet: DataSet): DataSet {
  return dataSet.toSorted((a, b) => a[0] - b[0])
}
