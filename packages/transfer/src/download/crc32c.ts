import type { DigestAlgorithm, Digests, Hasher, Hashing } from '@gantry/core'
import { slicedCrc } from '@gantry/core/driver'

/** CRC-32C (RFC 3720, Castagnoli), for where the platform hands in nothing faster. */
const crc32c = slicedCrc(0x82f63b78)

class Crc32c implements Hasher {
  #value: number

  constructor(value = 0) {
    this.#value = value
  }

  update(chunk: Uint8Array): void {
    this.#value = crc32c(chunk, this.#value)
  }

  digest(): string {
    return this.#value.toString(16).padStart(8, '0')
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
