import type { DigestAlgorithm, Digests, Hasher, Hashing } from '@gantry/core'

const table = new Int32Array(256)
for (let byte = 0; byte < 256; byte += 1) {
  let crc = byte
  for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (-(crc & 1) & 0x82_f6_3b_78)
  table[byte] = crc
}

/** CRC-32C (RFC 3720, Castagnoli), for where the platform hands in nothing faster. */
class Crc32c implements Hasher {
  #value: number

  constructor(value = -1) {
    this.#value = value
  }

  update(chunk: Uint8Array): void {
    let value = this.#value
    for (const byte of chunk) value = (value >>> 8) ^ (table[(value ^ byte) & 0xff] as number)
    this.#value = value
  }

  digest(): string {
    return (~this.#value >>> 0).toString(16).padStart(8, '0')
  }

  copy(): Hasher {
    return new Crc32c(this.#value)
  }
}

const preferred: readonly DigestAlgorithm[] = ['crc32c', 'sha256', 'crc64nvme', 'crc32', 'sha1', 'md5']

/** Starts the digest by which bytes are compared with `digests`; `undefined` where none of them can be computed. */
export function hasherFor(
  digests: Digests | undefined,
  hashing: Hashing | undefined,
): { readonly algorithm: DigestAlgorithm; readonly hasher: Hasher } | undefined {
  for (const algorithm of preferred) {
    if (digests?.[algorithm] === undefined) continue
    const hasher = hashing?.(algorithm) ?? (algorithm === 'crc32c' ? new Crc32c() : undefined)
    if (hasher !== undefined) return { algorithm, hasher }
  }
  return undefined
}
