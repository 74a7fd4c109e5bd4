import { createHash } from 'node:crypto'

/** Numbers in 0..1 that depend on the names alone: what befalls a cell does not depend on which others are run. */
export function randomOf(...names: readonly (string | number)[]): () => number {
  let state = createHash('sha256').update(names.join('\0')).digest().readUInt32LE(0)
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let bits = Math.imul(state ^ (state >>> 15), state | 1)
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61)
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A whole number from `least` to `most`, both included. */
export function wholeOf(random: () => number, least: number, most: number): number {
  return least + Math.floor(random() * (most - least + 1))
}

export function oneOf<Item>(random: () => number, items: readonly [Item, ...Item[]]): Item {
  return items[Math.floor(random() * items.length)] ?? items[0]
}
