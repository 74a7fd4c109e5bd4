import {
  type AsideHasher,
  type DigestAlgorithm,
  digestAlgorithms,
  type Digests,
  type Hasher,
  type Hashing,
  isLinear,
  type LinearAlgorithm,
} from '@gantry/core'

/** Of shorter bodies, handing the bytes over and starting a thread costs more than it takes off the event loop. */
export const worthAThread = 4 * 1024 * 1024

/** Several digests of the same bytes, computed while they pass. */
export class Digesting {
  readonly #hashing: Hashing
  readonly #hashers = new Map<DigestAlgorithm, Hasher>()
  readonly #aside: AsideHasher | undefined

  /** Algorithms that the platform does not have are left out. `size` is how many bytes are expected. */
  constructor(hashing: Hashing, algorithms: Iterable<DigestAlgorithm>, size: number) {
    const wanted = [...algorithms]
    this.#hashing = hashing
    this.#aside = size >= worthAThread ? hashing.aside?.(wanted) : undefined
    for (const algorithm of wanted) this.add(algorithm)
  }

  /** One more, before the first byte. */
  add(algorithm: DigestAlgorithm): void {
    const hasher = this.has(algorithm) ? undefined : this.#hashing(algorithm)
    if (hasher !== undefined) this.#hashers.set(algorithm, hasher)
  }

  has(algorithm: DigestAlgorithm): boolean {
    return this.#hashers.has(algorithm) || this.#aside?.algorithms.includes(algorithm) === true
  }

  /** To be awaited, where it is a promise, before the chunk is given back. */
  readonly update = (chunk: Uint8Array): Promise<void> | undefined => {
    for (const hasher of this.#hashers.values()) hasher.update(chunk)
    return this.#aside?.update(chunk)
  }

  /** Of all bytes so far; can be asked once. */
  async digests(): Promise<Digests> {
    const here = [...this.#hashers].map(([algorithm, hasher]) => [algorithm, hasher.digest()])
    return { ...Object.fromEntries(here), ...(await this.#aside?.digests()) }
  }
}

/** What proves the most of what is told of some bytes, and the cheapest of what proves no more, that the platform can compute. */
export function strongestOf(hashing: Hashing, told: Digests | undefined): DigestAlgorithm | undefined {
  return digestAlgorithms.find((algorithm) => told?.[algorithm] !== undefined && hashing(algorithm) !== undefined)
}

/**
 * What to compute of an entry: SHA-256, which receipts keep; one of those that the source vouches for, the cheapest, to know
 * that it was read right; and the first that the destination tells, to know that it was stored right.
 */
export function algorithmsFor(
  hashing: Hashing,
  source: Digests | undefined,
  destination: readonly DigestAlgorithm[],
): Set<DigestAlgorithm> {
  const wanted = new Set<DigestAlgorithm>(['sha256'])
  const vouched = strongestOf(hashing, source)
  if (vouched !== undefined) wanted.add(vouched)
  const told =
    destination.find((algorithm) => wanted.has(algorithm)) ?? destination.find((algorithm) => hashing(algorithm))
  if (told !== undefined) wanted.add(told)
  return wanted
}

/** Of bytes that a transform makes others of: what the source vouches for, and nothing else has a use for it. */
export function algorithmsBefore(source: Digests | undefined): DigestAlgorithm[] {
  return digestAlgorithms.filter((algorithm) => source?.[algorithm] !== undefined)
}

/** What parts are known by: what the destination tells, if that of the whole follows from it, else the cheapest. */
export function partAlgorithmFor(hashing: Hashing, destination: readonly DigestAlgorithm[]): LinearAlgorithm {
  for (const algorithm of [...destination, 'crc32c'] as const) {
    if (isLinear(algorithm) && hashing(algorithm) !== undefined) return algorithm
  }
  return 'crc32'
}

const known = new WeakMap<Hashing, readonly DigestAlgorithm[]>()

/** All that the platform can compute: what a source need not compare itself. */
export function comparableBy(hashing: Hashing): readonly DigestAlgorithm[] {
  let algorithms = known.get(hashing)
  if (algorithms === undefined) {
    algorithms = digestAlgorithms.filter((algorithm) => hashing(algorithm) !== undefined)
    known.set(hashing, algorithms)
  }
  return algorithms
}
