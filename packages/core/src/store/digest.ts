/** Digests that storages of this field speak; values are lower-case hexadecimal, a `cid` is a CID string. */
export const digestAlgorithms = ['sha256', 'crc64nvme', 'crc32c', 'crc32', 'md5', 'sha1', 'cid'] as const

/** One of `digestAlgorithms`. */
export type DigestAlgorithm = (typeof digestAlgorithms)[number]

/** What is known of some bytes; a storage that says nothing has none. */
export type Digests = { readonly [Algorithm in DigestAlgorithm]?: string }

/** A running digest; `copy` makes an independent one that goes on from the same point. */
export interface Hasher {
  update(chunk: Uint8Array): void
  digest(): string
  copy(): Hasher
}

/** Digests that are computed elsewhere, on another thread. */
export interface AsideHasher {
  /** Those that it computes: not more than it was asked for, and at least one. */
  readonly algorithms: readonly DigestAlgorithm[]
  /** Takes its own copy of the chunk; to be awaited, where it is a promise, before the chunk is given back. */
  update(chunk: Uint8Array): Promise<void> | undefined
  /** Of all bytes so far; can be asked once. */
  digests(): Promise<Digests>
}

/** The hashing port: given by the platform, because core computes nothing itself. */
export interface Hashing {
  (algorithm: DigestAlgorithm): Hasher | undefined
  /** Where the platform has threads: for long bodies. */
  readonly aside?: (algorithms: readonly DigestAlgorithm[]) => AsideHasher | undefined
}

/** One digest that is computed elsewhere, where the platform can. */
export function digestAside(
  hashing: Hashing | undefined,
  algorithm: DigestAlgorithm,
): (Pick<AsideHasher, 'update'> & { digest(): Promise<string> }) | undefined {
  const aside = hashing?.aside?.([algorithm])
  if (aside === undefined) return undefined
  return { update: (chunk) => aside.update(chunk), digest: async () => (await aside.digests())[algorithm] ?? '' }
}

/**
 * Compares two sets of digests by every algorithm that both know.
 *
 * `same` needs one common algorithm and no disagreement; `unknown` means that nothing could be compared, which is
 * never good enough to be called verified.
 */
export function compareDigests(a: Digests | undefined, b: Digests | undefined): 'same' | 'different' | 'unknown' {
  if (a === undefined || b === undefined) return 'unknown'
  let compared = false
  for (const algorithm of digestAlgorithms) {
    const left = a[algorithm]
    const right = b[algorithm]
    if (left === undefined || right === undefined) continue
    if (left !== right) return 'different'
    compared = true
  }
  return compared ? 'same' : 'unknown'
}
