import type { HuffmanSpecification } from './jpeg-tables.ts'

/** Codes by their symbol. */
export interface Codes {
  readonly codes: Uint16Array
  readonly lengths: Uint8Array
}

/** ITU-T T.81 C.2. */
export function codesOf({ counts, symbols }: HuffmanSpecification): Codes {
  const [codes, lengths] = [new Uint16Array(256), new Uint8Array(256)]
  let code = 0
  let next = 0
  for (const [index, count] of counts.entries()) {
    for (let each = 0; each < count; each += 1) {
      const symbol = symbols[next++] as number
      codes[symbol] = code++
      lengths[symbol] = index + 1
    }
    code <<= 1
  }
  return { codes, lengths }
}

/** Bytes, and bits with a zero stuffed behind each FF (ITU-T T.81 F.1.2.3), in a buffer that grows. */
export class BitWriter {
  #bytes: Uint8Array
  #length = 0
  #bits = 0
  #count = 0

  constructor(expected: number) {
    this.#bytes = new Uint8Array(expected)
  }

  bytes(bytes: ArrayLike<number>): void {
    for (let at = 0; at < bytes.length; at += 1) this.#push(bytes[at] as number)
  }

  code({ codes, lengths }: Codes, symbol: number): void {
    this.bits(codes[symbol] as number, lengths[symbol] as number)
  }

  /** Up to 16. */
  bits(value: number, count: number): void {
    this.#bits = (this.#bits << count) | value
    this.#count += count
    while (this.#count >= 8) {
      this.#count -= 8
      const byte = (this.#bits >>> this.#count) & 0xff
      this.#push(byte)
      if (byte === 0xff) this.#push(0)
    }
    this.#bits &= 0xff
  }

  /** Fills the last byte with ones, and gives all bytes. */
  finish(trailer: ArrayLike<number>): Uint8Array {
    if (this.#count > 0) this.bits((1 << (8 - this.#count)) - 1, 8 - this.#count)
    this.bytes(trailer)
    return this.#bytes.slice(0, this.#length)
  }

  #push(byte: number): void {
    if (this.#length === this.#bytes.length) {
      const grown = new Uint8Array(this.#length * 2 + 1024)
      grown.set(this.#bytes)
      this.#bytes = grown
    }
    this.#bytes[this.#length] = byte
    this.#length += 1
  }
}
