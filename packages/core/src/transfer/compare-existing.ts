import { compareDigests, type DigestAlgorithm, digestAlgorithms } from '../store/digest.ts'
import type { Entry } from '../store/entry.ts'

/** `digest`: cannot be told without computing this digest of the source. */
export type Comparison = 'same' | 'different' | { readonly digest: DigestAlgorithm }

/**
 * Whether a destination holds what a source has (the skip rule): equal digests, else equal size and time, where both
 * stores keep the time of the bytes. Size alone is never enough.
 */
export function compareExisting(
  source: Entry,
  existing: Entry,
  times: { readonly comparable: boolean },
): Comparison | 'unknown' {
  const sizes = compareSizes(source, existing)
  if (sizes === 'different') return 'different'
  const digests = compareDigests(source.digests, existing.digests)
  if (digests !== 'unknown') return digests
  if (times.comparable && sizes === 'same' && sameTime(source.modified, existing.modified)) return 'same'
  const digest = digestAlgorithms.find(
    (algorithm) => algorithm !== 'cid' && existing.digests?.[algorithm] !== undefined,
  )
  return digest === undefined ? 'unknown' : { digest }
}

/** Two sizes of which one is not known say nothing. */
export function compareSizes(a: Pick<Entry, 'size'>, b: Pick<Entry, 'size'>): 'same' | 'different' | 'unknown' {
  if (a.size === undefined || b.size === undefined) return 'unknown'
  return a.size === b.size ? 'same' : 'different'
}

/** To the millisecond: what file systems and storages keep beyond that differs among them. */
function sameTime(a: number | undefined, b: number | undefined): boolean {
  return a !== undefined && b !== undefined && Math.floor(a) === Math.floor(b)
}
