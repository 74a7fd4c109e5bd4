import { type DigestAlgorithm, type Digests, type Hasher, type Hashing } from '@gantry/core'

/** Several digests of the same bytes, computed while they pass. */
export class Digesting {
  readonly #hashers = new Map<DigestAlgorithm, Hasher>()

  /** Algorithms that the platform does not have are left out. */
  constructor(hashing: Hashing, algorithms: Iterable<DigestAlgorithm>) {
    for (const algorithm of algorithms) this.add(hashing, algorithm)
  }

  /** One more, before the first byte. */
  add(hashing: Hashing, algorithm: DigestAlgorithm): void {
    if (this.#hashers.has(algorithm)) return
    const hasher = hashing(algorithm)
    if (hasher !== undefined) this.#hashers.set(algorithm, hasher)
  }

  has(algorithm: DigestAlgorithm): boolean {
    return this.#hashers.has(algorithm)
  }

  readonly update = (chunk: Uint8Array): void => {
    for (const hasher of this.#hashers.values()) hasher.update(chunk)
  }

  /** Of all bytes so far; can be asked once. */
  digests(): Digests {
    return Object.fromEntries([...this.#hashers].map(([algorithm, hasher]) => [algorithm, hasher.digest()]))
  }
}

/**
 * What to compute of an entry: SHA-256, which receipts keep; what the source vouches for, to know that it was read
 * right; and the first that the destination tells, to know that it was stored right.
 */
export function algorithmsFor(
  hashing: Hashing,
  source: Digests | undefined,
  destination: readonly DigestAlgorithm[],
): Set<DigestAlgorithm> {
  const wanted = new Set<DigestAlgorithm>(['sha256'])
  for (const algorithm of ['sha256', 'crc64nvme', 'crc32c', 'crc32', 'md5', 'sha1'] as const) {
    if (source?.[algorithm] !== undefined) wanted.add(algorithm)
  }
  const told =
    destination.find((algorithm) => wanted.has(algorithm)) ?? destination.find((algorithm) => hashing(algorithm))
  if (told !== undefined) wanted.add(told)
  return wanted
}
