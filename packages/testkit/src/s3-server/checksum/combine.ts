/**
 * The CRC of two byte strings laid end to end, from their CRCs alone: the first is multiplied by x^(8 n) modulo the
 * polynomial, n being the second's length (zlib's crc32_combine, for any reflected CRC whose start and end are
 * inverted alike). This is how the checksum of a whole object comes from those of its parts.
 */
export interface CrcField {
  /** 32n or 64n. */
  readonly bits: bigint
  /** Reflected: the coefficient of the highest power is the lowest bit. */
  readonly polynomial: bigint
}

export const crcFields = {
  CRC32: { bits: 32n, polynomial: 0xedb88320n },
  CRC32C: { bits: 32n, polynomial: 0x82f63b78n },
  CRC64NVME: { bits: 64n, polynomial: 0x9a6c9329ac4bc9b5n },
} as const satisfies Record<string, CrcField>

function multiply(field: CrcField, left: bigint, right: bigint): bigint {
  let product = 0n
  let factor = right
  for (let mask = 1n << (field.bits - 1n); mask > 0n; mask >>= 1n) {
    if (left & mask) product ^= factor
    factor = factor & 1n ? (factor >> 1n) ^ field.polynomial : factor >> 1n
  }
  return product
}

/** x^(8 * bytes) modulo the polynomial, by repeated squaring. */
function shiftBy(field: CrcField, bytes: number): bigint {
  let power = 1n << (field.bits - 9n)
  let result = 1n << (field.bits - 1n)
  for (let rest = BigInt(bytes); rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = multiply(field, result, power)
    power = multiply(field, power, power)
  }
  return result
}

export function combineCrcs(field: CrcField, parts: readonly { crc: bigint; size: number }[]): bigint {
  // Parts mostly have one size: what shifts by it is worth remembering.
  const shifts = new Map<number, bigint>()
  let whole = 0n
  for (const { crc, size } of parts) {
    const shift = shifts.get(size) ?? shiftBy(field, size)
    shifts.set(size, shift)
    whole = multiply(field, shift, whole) ^ crc
  }
  return whole
}
