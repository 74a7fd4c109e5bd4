import { GantryError } from '@gantry/core'
import { type DataSet, type Fragments, type Sequence, sortedByTag } from './data-set.ts'
import { encodeValue } from './encode-value.ts'
import { type ElementEncoding, implicitLittleEndian } from './transfer-syntax.ts'
import { hasLongLength, paddingOf, type ValueRepresentation } from './value-representation.ts'

const undefinedLength = 0xffffffff
const itemTag = 0xfffee000
const itemEndTag = 0xfffee00d
const sequenceEndTag = 0xfffee0dd

export interface EncodingOptions {
  /** Keep the order given instead of ascending tags. Default: false. */
  readonly keepOrder?: boolean | undefined
}

/** The bytes of a data set, without preamble or meta information. */
export function encodeDataSet(dataSet: DataSet, encoding: ElementEncoding, options: EncodingOptions = {}): Buffer {
  return Buffer.concat(partsOf(dataSet, encoding, options))
}

function partsOf(dataSet: DataSet, encoding: ElementEncoding, options: EncodingOptions): Uint8Array[] {
  const parts: Uint8Array[] = []
  for (const [tag, vr, value] of options.keepOrder === true ? dataSet : sortedByTag(dataSet)) {
    if (typeof value === 'object' && 'items' in value) {
      const items = itemsOf(value, vr === 'UN' ? implicitLittleEndian : encoding, options)
      const length = value.undefinedLength === true ? undefinedLength : lengthOf(items)
      parts.push(elementHeader(tag, vr, length, encoding), ...items)
      if (value.undefinedLength === true) parts.push(delimiter(sequenceEndTag, 0, encoding))
    } else if (typeof value === 'object' && 'fragments' in value) {
      parts.push(elementHeader(tag, vr, undefinedLength, encoding))
      // One by one: a call takes no hundred thousand arguments.
      for (const part of fragmentsOf(value, encoding)) parts.push(part)
      parts.push(delimiter(sequenceEndTag, 0, encoding))
    } else {
      const bytes = encodeValue(vr, value, encoding.littleEndian)
      parts.push(elementHeader(tag, vr, bytes.length + (bytes.length % 2), encoding), bytes)
      if (bytes.length % 2 === 1) parts.push(Uint8Array.of(paddingOf(vr)))
    }
  }
  return parts
}

function elementHeader(tag: number, vr: ValueRepresentation, length: number, encoding: ElementEncoding): Uint8Array {
  if (!encoding.explicit) return delimiter(tag, length, encoding)
  const long = hasLongLength(vr)
  if (!long && length > 0xffff) {
    throw new GantryError('invalid', `A value of ${length} bytes is too long for ${vr} with an explicit length.`)
  }
  const header = new Uint8Array(long ? 12 : 8)
  header.set(delimiter(tag, 0, encoding))
  header[4] = vr.charCodeAt(0)
  header[5] = vr.charCodeAt(1)
  const view = new DataView(header.buffer)
  if (long) view.setUint32(8, length, encoding.littleEndian)
  else view.setUint16(6, length, encoding.littleEndian)
  return header
}

/** Tag and 32 bits of length: what items, delimiters and all implicit elements begin with (PS3.5 7.5). */
function delimiter(tag: number, length: number, { littleEndian }: ElementEncoding): Uint8Array {
  const bytes = new Uint8Array(8)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, tag >>> 16, littleEndian)
  view.setUint16(2, tag & 0xffff, littleEndian)
  view.setUint32(4, length, littleEndian)
  return bytes
}

function itemsOf(sequence: Sequence, encoding: ElementEncoding, options: EncodingOptions): Uint8Array[] {
  return sequence.items.flatMap((item) => {
    const parts = partsOf(item, encoding, options)
    if (sequence.undefinedItemLength !== true) return [delimiter(itemTag, lengthOf(parts), encoding), ...parts]
    return [delimiter(itemTag, undefinedLength, encoding), ...parts, delimiter(itemEndTag, 0, encoding)]
  })
}

function fragmentsOf({ fragments, offsetTable = 'empty' }: Fragments, encoding: ElementEncoding): Uint8Array[] {
  const items = fragments.map((fragment) => {
    const padding = new Uint8Array(fragment.length % 2)
    return [delimiter(itemTag, fragment.length + padding.length, encoding), fragment, padding]
  })
  let offsets = offsetTable === 'empty' ? [] : offsetTable
  if (offsets === 'fragments') {
    let offset = 0
    offsets = items.map((item) => (offset += lengthOf(item)) - lengthOf(item))
  }
  const table = encodeValue('UL', offsets, encoding.littleEndian)
  return [delimiter(itemTag, table.length, encoding), table, ...items.flat()]
}

function lengthOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0)
}
