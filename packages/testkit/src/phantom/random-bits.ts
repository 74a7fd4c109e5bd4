import { createHash } from 'node:crypto'

/** A state for `nextBits` from names: the same names, the same state; never zero. */
export function seedOf(...names: readonly (string | number)[]): number {
  return createHash('sha256').update(JSON.stringify(names)).digest().readInt32LE(0) || 1
}

/** Marsaglia's xorshift of 32 bits: good enough for noise, and integers only. */
export function nextBits(state: number): number {
  let bits = state
  bits ^= bits << 13
  bits ^= bits >>> 17
  return bits ^ (bits << 5)
}

/** Uniform numbers in 0..1. */
export function uniformFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = nextBits(state)
    return (state >>> 0) / 2 ** 32
  }
}
