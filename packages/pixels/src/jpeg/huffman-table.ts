import { malformedFrame } from '../errors.ts'

/** By the next 16 bits: length of the code in the upper byte, its symbol in the lower; 0 where there is none. */
export interface HuffmanTable {
  readonly entries: Uint16Array
}

/** From the numbers of codes of each length and their symbols (ITU-T T.81 C). */
export function huffmanTable(counts: Uint8Array, symbols: Uint8Array): HuffmanTable {
  const entries = new Uint16Array(0x10000)
  let code = 0
  let next = 0
  for (let length = 1; length <= 16; length += 1) {
    const span = 1 << (16 - length)
    for (let index = 0; index < (counts[length - 1] as number); index += 1) {
      if (code + span > 0x10000) throw malformedFrame('a Huffman table has more codes than there are')
      entries.fill((length << 8) | (symbols[next] as number), code, code + span)
      next += 1
      code += span
    }
  }
  return { entries }
}
