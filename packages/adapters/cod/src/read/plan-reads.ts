/** Where something is in the tar. */
export interface Slice {
  readonly start: number
  readonly size: number
}

/** As many bytes are passed over rather than asking anew: about what a connection gives in the time of a question. */
const worthAsking = 1024 * 1024

/**
 * Which slices are read by one request: all, where at least half of what lies between the first and the last is wanted;
 * else neighbours that lie close together. Slices that overlap, which sound metadata have none of, are read apart.
 * `slices` are in ascending order, and so are those of each answer.
 */
export function planReads<Item extends Slice>(slices: readonly Item[]): readonly (readonly Item[])[] {
  const first = slices[0]
  if (first === undefined) return []
  let wanted = 0
  let end = first.start
  for (const { start, size } of slices) {
    wanted += size
    end = Math.max(end, start + size)
  }
  const longestGap = wanted * 2 >= end - first.start ? Number.POSITIVE_INFINITY : worthAsking
  const runs: Item[][] = []
  let runEnd = Number.NEGATIVE_INFINITY
  for (const slice of slices) {
    const gap = slice.start - runEnd
    if (runs.length > 0 && gap >= 0 && gap <= longestGap) runs.at(-1)?.push(slice)
    else runs.push([slice])
    runEnd = Math.max(runEnd, slice.start + slice.size)
  }
  return runs
}
