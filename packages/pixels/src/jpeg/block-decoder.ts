import { malformedFrame } from '../errors.ts'
import type { BitReader } from './bit-reader.ts'
import type { HuffmanTable } from './huffman-table.ts'
import { zigzag } from './zigzag.ts'
import type { ScanHeader } from './scan-header.ts'

/** The coefficients of one block after the other (T.81 F.2 and G.1). */
export class BlockDecoder {
  readonly #reader: BitReader
  readonly #header: ScanHeader
  readonly #progressive: boolean
  readonly #previous = [0, 0, 0, 0]
  /** Blocks left that hold nothing more, of a progressive scan. */
  #ended = 0

  constructor(reader: BitReader, header: ScanHeader, progressive: boolean) {
    this.#reader = reader
    this.#header = header
    this.#progressive = progressive
  }

  reset(): void {
    this.#previous.fill(0)
    this.#ended = 0
  }

  decode(
    block: Int16Array,
    at: number,
    component: number,
    dc: HuffmanTable | undefined,
    ac: HuffmanTable | undefined,
  ): void {
    const { first, high, low } = this.#header
    if (!this.#progressive) {
      this.#dc(block, at, component, needed(dc), 0)
      this.#sequential(block, at, needed(ac))
    } else if (first > 0) {
      if (high === 0) this.#first(block, at, needed(ac))
      else this.#refine(block, at, needed(ac))
    } else if (high === 0) this.#dc(block, at, component, needed(dc), low)
    else if (this.#reader.bits(1) === 1) block[at] = (block[at] as number) | (1 << low)
  }

  #dc(block: Int16Array, at: number, component: number, table: HuffmanTable, low: number): void {
    const size = this.#reader.symbol(table)
    if (size > 16) throw malformedFrame('a coefficient is too long')
    const value = (this.#previous[component] as number) + this.#reader.signed(size)
    this.#previous[component] = value
    block[at] = value << low
  }

  #sequential(block: Int16Array, at: number, table: HuffmanTable): void {
    for (let index = 1; index < 64; index += 1) {
      const symbol = this.#reader.symbol(table)
      const size = symbol & 15
      if (size === 0) {
        if (symbol !== 0xf0) return
        index += 15
        continue
      }
      index += symbol >> 4
      if (index > 63) throw malformedFrame('a block has too many coefficients')
      block[at + (zigzag[index] as number)] = this.#reader.signed(size)
    }
  }

  #first(block: Int16Array, at: number, table: HuffmanTable): void {
    if (this.#ended > 0) {
      this.#ended -= 1
      return
    }
    const { first, last, low } = this.#header
    for (let index = first; index <= last; index += 1) {
      const symbol = this.#reader.symbol(table)
      const [run, size] = [symbol >> 4, symbol & 15]
      if (size === 0 && run < 15) {
        this.#ended = (1 << run) + this.#reader.bits(run) - 1
        return
      }
      index += run
      if (size === 0) continue
      if (index > 63) throw malformedFrame('a block has too many coefficients')
      block[at + (zigzag[index] as number)] = this.#reader.signed(size) * (1 << low)
    }
  }

  #refine(block: Int16Array, at: number, table: HuffmanTable): void {
    const { first, last, low } = this.#header
    const bit = 1 << low
    let index = first
    while (this.#ended === 0 && index <= last) {
      const symbol = this.#reader.symbol(table)
      let run = symbol >> 4
      let value = 0
      if ((symbol & 15) === 0) {
        if (run < 15) {
          this.#ended = (1 << run) + this.#reader.bits(run)
          break
        }
      } else value = this.#reader.bits(1) === 1 ? bit : -bit
      for (; index <= last; index += 1) {
        const place = at + (zigzag[index] as number)
        if (block[place] !== 0) this.#correct(block, place, bit)
        else if (run === 0) {
          if (value !== 0) block[place] = value
          index += 1
          break
        } else run -= 1
      }
    }
    if (this.#ended === 0) return
    for (; index <= last; index += 1) {
      const place = at + (zigzag[index] as number)
      if (block[place] !== 0) this.#correct(block, place, bit)
    }
    this.#ended -= 1
  }

  #correct(block: Int16Array, place: number, bit: number): void {
    const value = block[place] as number
    if (this.#reader.bits(1) === 0 || (value & bit) !== 0) return
    block[place] = value > 0 ? value + bit : value - bit
  }
}

function needed(table: HuffmanTable | undefined): HuffmanTable {
  if (table === undefined) throw malformedFrame('a scan lacks its Huffman table')
  return table
}
