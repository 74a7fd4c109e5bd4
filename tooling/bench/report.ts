import type { Row } from './contest.ts'
import { notebook } from './page/notebook.ts'

/** A contest as lines of text: wall time against the anchor's, with least and most of the runs. It is noted for the page as well. */
export function reportContest(title: string, rows: readonly Row[], anchor: string, bytes?: number): string {
  notebook.note({ kind: 'contest', title, anchor, ...(bytes !== undefined && { bytes }), rows: rows.map(copyOf) })
  const base = rows.find(({ name }) => name === anchor)?.median.wall ?? Number.NaN
  const lines = rows.map(({ name, runs, median }) => {
    const ratios = runs.map(({ wall }) => wall / base)
    const range = `${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)}`
    const speed =
      bytes === undefined ? '' : `${((bytes / median.wall) * (1000 / 2 ** 20)).toFixed(0).padStart(6)} MiB/s`
    return [
      name.padEnd(22),
      `${(median.wall / base).toFixed(2).padStart(5)}x`,
      `(${range})`.padEnd(13),
      `${(median.wall / 1000).toFixed(2).padStart(7)} s`,
      `${(median.cpu / 1000).toFixed(2).padStart(7)} s cpu`,
      `${(median.rss / 2 ** 20).toFixed(0).padStart(5)} MiB`,
      speed,
    ].join('  ')
  })
  return [`${title}  (wall time, ${anchor} = 1)`, ...lines.map((line) => `  ${line}`), ''].join('\n')
}

function copyOf({ name, median, runs }: Row) {
  return { name, median, runs: [...runs] }
}
