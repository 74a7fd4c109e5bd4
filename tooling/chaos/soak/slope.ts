/** A point of a line: milliseconds, and what was seen then. */
export interface Sample {
  readonly at: number
  readonly rss: number
  readonly handles: number
}

/** Least squares: how much more of it an hour later. 0 of fewer than two. */
export function slopePerHour(samples: readonly Sample[], of: 'rss' | 'handles'): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const middle = mean(samples.map(({ at }) => at))
  const level = mean(samples.map((sample) => sample[of]))
  let [over, under] = [0, 0]
  for (const sample of samples) {
    over += (sample.at - middle) * (sample[of] - level)
    under += (sample.at - middle) ** 2
  }
  return under > 0 ? (over / under) * 3_600_000 : 0
}

/** What may grow over the second half by the line through it: 16 MiB, whatever the half's length, is what a heap breathes. */
const breath = 16 * 2 ** 20

/** Bytes an hour that count as flat over so many milliseconds. */
export function boundOf(milliseconds: number): number {
  return (breath * 3_600_000) / milliseconds
}

/** The later half of what was seen. */
export function secondHalf(samples: readonly Sample[]): readonly Sample[] {
  const [first, last] = [samples[0], samples.at(-1)]
  if (first === undefined || last === undefined) return []
  const middle = (first.at + last.at) / 2
  return samples.filter(({ at }) => at >= middle)
}
