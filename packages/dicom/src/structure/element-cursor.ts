import type { Encoding } from './encoding.ts'
import { hasLongLength } from './value-representation.ts'

export const undefinedLength = 0xffffffff

/**
 * The head of one data element (PS3.5 7.1), read in place. One cursor is used for all elements of a file, since an
 * object for each would be most of the work of a header read.
 */
export class ElementCursor {
  tag = 0
  /** See `vrCode`; 0 in implicit encodings and for item and delimiter tags, which have none. */
  vr = 0
  /** Of the value; `undefinedLength` where a delimiter ends it. */
  length = 0
  /** Of tag, VR and length. */
  headLength = 8

  /** False when `bytes` end within the head: nothing was read then. */
  read(bytes: Uint8Array, at: number, { explicit, bigEndian }: Encoding): boolean {
    if (at + 8 > bytes.length) return false
    const tag = bigEndian ? bigTag(bytes, at) : littleTag(bytes, at)
    if (!explicit || tag >>> 16 === 0xfffe) {
      this.tag = tag
      this.vr = 0
      this.length = bigEndian ? bigUint32(bytes, at + 4) : littleUint32(bytes, at + 4)
      this.headLength = 8
      return true
    }
    const vr = ((bytes[at + 4] as number) << 8) | (bytes[at + 5] as number)
    if (hasLongLength(vr)) {
      if (at + 12 > bytes.length) return false
      this.length = bigEndian ? bigUint32(bytes, at + 8) : littleUint32(bytes, at + 8)
      this.headLength = 12
    } else {
      this.length = bigEndian ? bigUint16(bytes, at + 6) : littleUint16(bytes, at + 6)
      this.headLength = 8
    }
    this.tag = tag
    this.vr = vr
    return true
  }
}

function littleTag(bytes: Uint8Array, at: number): number {
  return ((littleUint16(bytes, at) << 16) | littleUint16(bytes, at + 2)) >>> 0
}

function bigTag(bytes: Uint8Array, at: number): number {
  return bigUint32(bytes, at)
}

function littleUint16(bytes: Uint8Array, at: number): number {
  return (bytes[at] as number) | ((bytes[at + 1] as number) << 8)
}

function bigUint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number)
}

function littleUint32(bytes: Uint8Array, at: number): number {
  return (littleUint16(bytes, at) | (littleUint16(bytes, at + 2) << 16)) >>> 0
}

function bigUint32(bytes: Uint8Array, at: number): number {
  return ((bigUint16(bytes, at) << 16) | bigUint16(bytes, at + 2)) >>> 0
}
