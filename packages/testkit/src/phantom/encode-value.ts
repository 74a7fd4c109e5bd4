import { endianness } from 'node:os'
import { GantryError } from '@gantry/core'
import type { Numbers, Value } from './data-set.ts'
import type { ValueRepresentation } from './value-representation.ts'

type Plain = Exclude<Value, { items: unknown } | { fragments: unknown }>

type Put = (view: DataView, at: number, value: number, little: boolean) => void

const asBigInt =
  (signed: boolean): Put =>
  (view, at, value, little) =>
    signed ? view.setBigInt64(at, BigInt(value), little) : view.setBigUint64(at, BigInt(value), little)

const word: [number, Put] = [2, (view, at, value, little) => view.setUint16(at, value, little)]
const long: [number, Put] = [4, (view, at, value, little) => view.setUint32(at, value, little)]
const veryLong: [number, Put] = [8, asBigInt(false)]
const byte: [number, Put] = [1, (view, at, value) => view.setUint8(at, value)]
const float: [number, Put] = [4, (view, at, value, little) => view.setFloat32(at, value, little)]
const double: [number, Put] = [8, (view, at, value, little) => view.setFloat64(at, value, little)]

const binary: { readonly [vr in ValueRepresentation]?: [width: number, put: Put] } = {
  AT: [
    4,
    (view, at, tag, little) => {
      view.setUint16(at, tag >>> 16, little)
      view.setUint16(at + 2, tag & 0xffff, little)
    },
  ],
  FD: double,
  FL: float,
  OB: byte,
  OD: double,
  OF: float,
  OL: long,
  OV: veryLong,
  OW: word,
  SL: [4, (view, at, value, little) => view.setInt32(at, value, little)],
  SS: [2, (view, at, value, little) => view.setInt16(at, value, little)],
  SV: [8, asBigInt(true)],
  UL: long,
  UN: byte,
  US: word,
  UV: veryLong,
}

/** The bytes of a value that is neither a sequence nor fragments, not yet padded. */
export function encodeValue(vr: ValueRepresentation, value: Plain, littleEndian: boolean): Uint8Array {
  if (typeof value === 'string') return Buffer.from(value, 'utf8')
  if (value instanceof Uint8Array) return value
  if (ArrayBuffer.isView(value)) return inByteOrder(value, littleEndian)
  const values: readonly (string | number | bigint)[] = Array.isArray(value) ? value : [value]
  const [width, put] = binary[vr] ?? []
  if (put === undefined || width === undefined) return Buffer.from(values.map(asText).join('\\'), 'utf8')
  const bytes = new Uint8Array(values.length * width)
  const view = new DataView(bytes.buffer)
  for (const [index, each] of values.entries()) {
    if (typeof each === 'string') throw new GantryError('invalid', `The value representation ${vr} takes no text.`)
    put(view, index * width, each as number, littleEndian)
  }
  return bytes
}

function asText(value: string | number | bigint): string {
  const text = String(value)
  if (typeof value !== 'string' && text.length > 16) {
    throw new GantryError('invalid', 'A number is longer than the 16 characters that DS allows; give it as text.')
  }
  return text
}

/** A view of the numbers where the machine keeps them in the order asked for, else a swapped copy. */
function inByteOrder(numbers: Numbers, littleEndian: boolean): Uint8Array {
  const bytes = Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength)
  if ((endianness() === 'LE') === littleEndian) return bytes
  const swapped = Buffer.from(bytes)
  if (numbers.BYTES_PER_ELEMENT === 2) return swapped.swap16()
  return numbers.BYTES_PER_ELEMENT === 4 ? swapped.swap32() : swapped.swap64()
}
