import { oneOf, wholeOf } from '@gantry-tooling/chaos/random'

const bytes = [0, 1, 0x0a, 0x20, 0x22, 0x2f, 0x7f, 0x80, 0xfe, 0xff] as const
const numbers = [0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff] as const

/** Longest input that is made. */
export const longest = 256 * 1024

/** The input, changed in a few places; `others` and `words` are what is put in. */
export function mutate(
  input: Uint8Array,
  random: () => number,
  others: readonly Uint8Array[],
  words: readonly Uint8Array[],
): Uint8Array {
  let changed = input
  for (let step = wholeOf(random, 1, 5); step > 0; step -= 1) changed = changedOnce(changed, random, others, words)
  return changed.subarray(0, longest)
}

function changedOnce(
  input: Uint8Array,
  random: () => number,
  others: readonly Uint8Array[],
  words: readonly Uint8Array[],
): Uint8Array {
  const at = wholeOf(random, 0, Math.max(0, input.length - 1))
  const copy = Uint8Array.from(input)
  const view = new DataView(copy.buffer)
  switch (wholeOf(random, 0, 9)) {
    case 0:
      if (copy.length > 0) copy[at] = (copy[at] ?? 0) ^ (1 << wholeOf(random, 0, 7))
      return copy
    case 1:
      if (copy.length > 0) copy[at] = oneOf(random, bytes)
      return copy
    case 2:
      if (at + 4 <= copy.length) view.setUint32(at, oneOf(random, numbers), random() < 0.7)
      return copy
    case 3:
      if (at + 2 <= copy.length) view.setUint16(at, oneOf(random, numbers) & 0xffff, random() < 0.7)
      return copy
    case 4:
      return copy.subarray(0, at)
    case 5:
      return joined(input.subarray(0, at), input.subarray(Math.min(input.length, at + lengthOf(random, input))))
    case 6:
      // What is there twice.
      return joined(input.subarray(0, at), input.subarray(at, at + lengthOf(random, input)), input.subarray(at))
    case 7: {
      const word = words[wholeOf(random, 0, words.length - 1)] ?? Uint8Array.of(oneOf(random, bytes))
      return joined(input.subarray(0, at), word, input.subarray(random() < 0.5 ? at : at + word.length))
    }
    case 8: {
      const other = others[wholeOf(random, 0, others.length - 1)] ?? input
      const from = wholeOf(random, 0, other.length)
      return joined(input.subarray(0, at), other.subarray(from, from + lengthOf(random, other)), input.subarray(at))
    }
    default: {
      // Digits are lengths, versions, offsets.
      const digits = [...input.keys()].filter((index) => isDigit(input[index]))
      const digit = digits[wholeOf(random, 0, digits.length - 1)]
      if (digit !== undefined) copy[digit] = 0x30 + wholeOf(random, 0, 9)
      return copy
    }
  }
}

function isDigit(byte = 0): boolean {
  return byte >= 0x30 && byte <= 0x39
}

function lengthOf(random: () => number, input: Uint8Array): number {
  return wholeOf(random, 1, random() < 0.8 ? 16 : Math.max(1, input.length))
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts))
}
