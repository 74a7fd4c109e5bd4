import type { DigestAlgorithm } from './digest.ts'

/** A polynomial with its bits reversed, as all three are used, and how many they are. */
const fields = {
  crc64nvme: { polynomial: 0x9a6c9329ac4bc9b5n, bits: 64n },
  crc32c: { polynomial: 0x82f63b78n, bits: 32n },
  crc32: { polynomial: 0xedb88320n, bits: 32n },
} as const satisfies { readonly [Algorithm in DigestAlgorithm]?: unknown }

/** Digests of which that of the whole follows from those of its parts. */
export type LinearAlgorithm = keyof typeof fields

export function isLinear(algorithm: DigestAlgorithm): algorithm is LinearAlgorithm {
  return Object.hasOwn(fields, algorithm)
}

/**
 * The CRC of parts laid end to end, from their own: appending n bytes multiplies what stands before them by x^(8n)
 * modulo the polynomial (as zlib's crc32_combine does). So a whole entry is checked without reading it again.
 */
export function combineCrcs(
  algorithm: LinearAlgorithm,
  parts: readonly { readonly hex: string; readonly size: number }[],
): string {
  const { polynomial, bits } = fields[algorithm]
  const times = (left: bigint, right: bigint): bigint => {
    let product = 0n
    let shifted = right
    for (let bit = bits - 1n; bit >= 0n; bit -= 1n) {
      if ((left >> bit) & 1n) product ^= shifted
      shifted = shifted & 1n ? (shifted >> 1n) ^ polynomial : shifted >> 1n
    }
    return product
  }
  // All parts but the last have one length as a rule.
  const powers = new Map<number, bigint>()
  const powerOf = (size: number): bigint => {
    let power = powers.get(size)
    if (power === undefined) {
      power = 1n << (bits - 1n)
      let square = 1n << (bits - 9n)
      for (let left = size; left > 0; left = Math.floor(left / 2)) {
        if (left % 2 === 1) power = times(power, square)
        square = times(square, square)
      }
      powers.set(size, power)
    }
    return power
  }
  let whole = 0n
  for (const { hex, size } of parts) whole = times(powerOf(size), whole) ^ BigInt(`0x${hex}`)
  return whole.toString(16).padStart(Number(bits) / 4, '0')
}
