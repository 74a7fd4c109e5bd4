import { widthOf } from './text.ts'

/** A piece of a line; of pieces that do not fit, those of the highest rank go first. */
export interface Segment {
  readonly text: string
  readonly rank: number
}

const gap = '  '

/** The segments that fit side by side into so many columns, in their order; one of the lowest rank always stays. */
export function fit(segments: readonly Segment[], columns: number): string {
  let kept = segments.filter(({ text }) => text !== '')
  while (kept.length > 1 && widthOf(join(kept)) > columns) {
    const highest = Math.max(...kept.map(({ rank }) => rank))
    const last = kept.findLastIndex(({ rank }) => rank === highest)
    kept = kept.toSpliced(last, 1)
  }
  return join(kept)
}

function join(segments: readonly Segment[]): string {
  return segments.map(({ text }) => text).join(gap)
}
