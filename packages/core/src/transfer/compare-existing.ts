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
  if (source.size !== existing.size) return 'different'
  const digests = compareDigests(source.digests, existing.digests)
  if (digests !== 'unknown') return digests
  if (times.comparable && sameTime(source.modified, existing.modified)) return 'same'
  const digest = digestAlgorithms.find(
    (algorithm) => algorithm !== 'cid' && existing.digests?.[algorithm] !== undefined,
  )
  return digest === undefined ? 'unknown' : { digest }
}

/** To the millisecond: what file systems and storages keep beyond that differs among them. */
function sameTime(a: number | undefined, b: number | undefined): boolean {
  return a !== undefined && b !== undefined && Math.floor(a) === Math.floor(b)
}
