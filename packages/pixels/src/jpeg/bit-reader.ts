import { malformedFrame, truncatedFrame } from '../errors.ts'
import type { HuffmanTable } from './huffman-table.ts'

/** Bits that a scan may ask for beyond its end: decoders look ahead. */
const mostPadding = 32

/** The bits of an entropy coded segment (ITU-T T.81 F.2.2.5): until a marker, without the zeros stuffed behind FF. */
export class BitReader {
  position: number
  readonly #bytes: Uint8Array
  #bits = 0
  #count = 0
  #padding = 0

  constructor(bytes: Uint8Array, position: number) {
    this.#bytes = bytes
    this.position = position
  }

  /** Whether bits were taken that are not there. */
  get ranOut(): boolean {
    return this.#padding > this.#count
  }

  symbol(table: HuffmanTable): number {
    if (this.#count < 16) this.#fill()
    const entry = table.entries[(this.#bits >>> (this.#count - 16)) & 0xffff] as number
    if (entry === 0) throw malformedFrame('a Huffman code does not exist')
    this.#take(entry >> 8)
    return entry & 0xff
  }

  /** Up to 16 bits. */
  bits(count: number): number {
    if (count === 0) return 0
    if (this.#count < count) this.#fill()
    const value = (this.#bits >>> (this.#count - count)) & ((1 << count) - 1)
    this.#take(count)
    return value
  }

  /** A value of so many bits, of which the smaller half stands for negative ones (T.81 F.12). */
  signed(count: number): number {
    const value = this.bits(count)
    return count > 0 && value < 1 << (count - 1) ? value - (1 << count) + 1 : value
  }

  /** Passes a restart marker; `integrity` if there is none. */
  restart(): void {
    this.#bits = 0
    this.#count = 0
    this.#padding = 0
    while (this.#bytes[this.position] === 0xff && this.#bytes[this.position + 1] === 0xff) this.position += 1
    const marker = this.#bytes[this.position + 1] ?? 0
    if (this.#bytes[this.position] !== 0xff || marker < 0xd0 || marker > 0xd7) throw truncatedFrame()
    this.position += 2
  }

  #take(count: number): void {
    this.#count -= count
    // Padding is the last that comes in: what is left may be padding, what is taken must not.
    if (this.#padding > mostPadding + this.#count) throw truncatedFrame()
  }

  #fill(): void {
    while (this.#count <= 16) {
      this.#bits = ((this.#bits << 8) | this.#next()) >>> 0
      this.#count += 8
    }
  }

  #next(): number {
    const byte = this.#bytes[this.position]
    if (byte === undefined || (byte === 0xff && this.#bytes[this.position + 1] !== 0)) {
      this.#padding += 8
      return 0
    }
    this.position += byte === 0xff ? 2 : 1
    return byte
  }
}
