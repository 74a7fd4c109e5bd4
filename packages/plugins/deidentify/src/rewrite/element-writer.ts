import type { Encoding } from '@gantry/dicom'

import { copyOf } from '../values/copy-of.ts'
import { widths } from '../values/widths.ts'
import { ByteWriter } from './byte-writer.ts'

const undefinedLength = 0xffffffff
const itemTag = 0xfffee000

const longLength: ReadonlySet<string> = new Set('OB OD OF OL OV OW SQ SV UC UN UR UT UV'.split(' '))
const padded: ReadonlySet<string> = new Set(['OB', 'UI', 'UN'])

/** Writes data elements (PS3.5 7.1) in one encoding; sequences and items get lengths. */
export class ElementWriter {
  readonly encoding: Encoding
  readonly #out: ByteWriter
  readonly #little: boolean

  constructor(encoding: Encoding, expected: number) {
    this.encoding = encoding
    this.#little = !encoding.bigEndian
    this.#out = new ByteWriter(expected)
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#out.bytes
  }

  get length(): number {
    return this.#out.length
  }

  /** A text or number whose value is written in `from`; one of undefined length brings its delimiter along. */
  element(tag: number, vr: string, value: Uint8Array, from: Encoding, delimited = false): void {
    const ordered = this.#inOrder(vr, value, from)
    // What is too long for a VR whose length has 16 bits is UN (PS3.5 6.2.2).
    const tooLong = this.encoding.explicit && ordered.length > 0xfffe && !longLength.has(vr)
    this.head(tag, tooLong ? 'UN' : vr, delimited ? undefined : ordered.length + (ordered.length & 1))
    this.#out.put(ordered)
    if (!delimited && (ordered.length & 1) === 1) this.#out.uint8(padded.has(vr) ? 0 : 0x20)
  }

  /** ASCII. */
  text(tag: number, vr: string, text: string): void {
    const bytes = new Uint8Array(text.length)
    for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at)
    this.element(tag, vr, bytes, this.encoding)
  }

  sequence(tag: number, items: () => void): void {
    this.head(tag, 'SQ', 0)
    this.#measured(items)
  }

  item(elements: () => void): void {
    this.#out.uint16(itemTag >>> 16, this.#little)
    this.#out.uint16(itemTag & 0xffff, this.#little)
    this.#out.uint32(0, this.#little)
    this.#measured(elements)
  }

  /** `length`: `undefined` where a delimiter ends the value. */
  head(tag: number, vr: string, length: number | undefined): void {
    const out = this.#out
    const little = this.#little
    const count = length ?? undefinedLength
    out.uint16(tag >>> 16, little)
    out.uint16(tag & 0xffff, little)
    if (!this.encoding.explicit) {
      out.uint32(count, little)
      return
    }
    out.uint8(vr.charCodeAt(0))
    out.uint8(vr.charCodeAt(1))
    if (longLength.has(vr)) {
      out.uint16(0, little)
      out.uint32(count, little)
    } else out.uint16(count, little)
  }

  /** Writes what has a length before it, and then the length. */
  #measured(write: () => void): void {
    const start = this.#out.length
    write()
    this.#out.patch32(start - 4, this.#out.length - start, this.#little)
  }

  #inOrder(vr: string, value: Uint8Array, from: Encoding): Uint8Array {
    const width = widths[vr]
    if (width === undefined || from.bigEndian === this.encoding.bigEndian) return value
    const swapped = copyOf(value)
    for (let at = 0; at + width <= swapped.length; at += width) swapped.subarray(at, at + width).reverse()
    return swapped
  }
}
