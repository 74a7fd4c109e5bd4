import { malformedFrame } from '../errors.ts'

/** Segmented Palette Color Lookup Table Data (PS3.3 C.7.9.2), as they stand in the file. */
export interface Segments {
  readonly bytes: Uint8Array
  /** Of an entry: those of 8 have opcodes and lengths of 8 bits as well. */
  readonly bits: number
  readonly bigEndian: boolean
  /** How many entries the table has; segments are expanded no further. */
  readonly entries: number
}

const [discrete, linear, indirect] = [0, 1, 2]

/**
 * The table that segments stand for; it may lack entries at its end. `invalid` where they contradict themselves. Every
 * segment has an entry at least: however often they refer to each other, there are no more steps than entries.
 */
export function expandSegments(segments: Segments): Uint16Array {
  return new Expansion(segments).expand()
}

class Expansion {
  readonly #view: DataView
  readonly #width: 1 | 2
  readonly #little: boolean
  readonly #table: Uint16Array
  #count = 0

  constructor({ bytes, bits, bigEndian, entries }: Segments) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#width = bits <= 8 ? 1 : 2
    this.#little = !bigEndian
    this.#table = new Uint16Array(entries)
  }

  expand(): Uint16Array {
    let at = 0
    // What is shorter than a segment pads the value.
    while (!this.#isFull && at + 3 * this.#width <= this.#view.byteLength) at = this.#segment(at, true)
    if (this.#count === 0) throw malformedFrame('a segmented lookup table has no entries')
    return this.#table.subarray(0, this.#count)
  }

  /** Where the next segment begins. */
  #segment(at: number, mayRefer: boolean): number {
    const opcode = this.#read(at)
    const length = this.#read(at + this.#width)
    const data = at + 2 * this.#width
    if (length === 0) throw malformedFrame('a segment of a lookup table has no entries')
    if (opcode === discrete) return this.#discrete(data, length)
    if (opcode !== linear && (opcode !== indirect || !mayRefer)) {
      throw malformedFrame('a lookup table has a segment of no known kind')
    }
    if (this.#count === 0) throw malformedFrame('a lookup table begins by a segment that continues another')
    return opcode === linear ? this.#linear(data, length) : this.#indirect(data, length)
  }

  #discrete(data: number, length: number): number {
    for (let index = 0; index < length && !this.#isFull; index += 1) this.#add(this.#read(data + index * this.#width))
    return data + length * this.#width
  }

  /** A straight line from the last entry, which is not of the segment, to its end. */
  #linear(data: number, length: number): number {
    const from = this.#table[this.#count - 1] as number
    const to = this.#read(data)
    for (let index = 1; index <= length && !this.#isFull; index += 1) {
      this.#add(Math.round(from + ((to - from) * index) / length))
    }
    return data + this.#width
  }

  /** Segments that stand elsewhere, once more: so many, from a byte on that is told in two words, the lower one first. */
  #indirect(data: number, length: number): number {
    const [lower, upper] = [this.#word(data), this.#word(data + 2)]
    let at = upper * 0x1_0000 + lower
    for (let index = 0; index < length && !this.#isFull; index += 1) at = this.#segment(at, false)
    return data + 4
  }

  get #isFull(): boolean {
    return this.#count === this.#table.length
  }

  #add(value: number): void {
    this.#table[this.#count] = value
    this.#count += 1
  }

  #read(at: number): number {
    if (this.#width === 2) return this.#word(at)
    if (at >= this.#view.byteLength) throw beyondEnd()
    return this.#view.getUint8(at)
  }

  #word(at: number): number {
    if (at + 2 > this.#view.byteLength) throw beyondEnd()
    return this.#view.getUint16(at, this.#little)
  }
}

function beyondEnd() {
  return malformedFrame('a segment of a lookup table goes beyond its end')
}
