import type { Abilities } from '@gantry/core'

/** What a store says of the bytes that it keeps. */
type Telling = Pick<Abilities, 'digests' | 'modified'>

/**
 * Whether two stores can ever tell, by what `compareExisting` compares, that the destination holds what the source has. Where
 * they cannot, the same copy once more moves all of it once more; from a source that tells nothing, even what a digest of the
 * destination would spare is read for it.
 */
export function tellsSame(from: Telling, to: Telling): boolean {
  if (to.digests.length > 0) return from.digests.length > 0 || from.modified === 'given'
  return from.modified === 'given' && to.modified === 'given'
}
