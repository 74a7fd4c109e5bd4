import type { Progress, Tally } from '@gantry/core'

import { entries, formatBytes, formatCount, formatDuration, formatRate } from './amounts.ts'
import { renderBar } from './bar.ts'
import { fit, type Segment } from './segments.ts'
import type { Style } from './style.ts'
import { widthOf } from './text.ts'

export interface ProgressLook {
  readonly columns: number
  readonly unicode: boolean
  readonly style: Style
}

const longestBar = 30
const shortestBar = 8

/** What a terminal shows while a job runs: one or two lines that fit into its width. */
export function renderProgress(progress: Progress, { columns, unicode, style }: ProgressLook): string[] {
  if (progress.phase === 'planning' || progress.phase === 'draft') {
    const { sized, total } = progress
    const found = `${entries(total.entries)}, ${sized ? '' : 'at least '}${formatBytes(total.bytes)}`
    return [fit([segment('Listing the source', 0), segment(progress.total.entries === 0 ? '' : found, 1)], columns)]
  }
  const fraction = fractionOf(progress)
  const numbers = [
    segment(`${String(Math.floor(fraction * 100)).padStart(3)} %`, 0),
    segment(amount(progress), 3),
    segment(progress.rate > 0 ? formatRate(progress.rate) : '', 1),
    segment(progress.eta !== undefined && progress.rate > 0 ? `${roundDuration(progress.eta)} left` : '', 2),
  ]
  const text = fit(numbers, columns)
  const room = Math.min(longestBar, columns - widthOf(text) - 2)
  const bar = room < shortestBar ? '' : `${style.cyan(renderBar(fraction, room, unicode))}  `
  return [bar + text, style.dim(fit(countSegments(progress), columns))]
}

/** The same as one plain line, for logs. */
export function describeProgress(progress: Progress): string {
  const { rate, eta } = progress
  const counts = countSegments(progress).map(({ text }) => text)
  return [
    `${Math.floor(fractionOf(progress) * 100)} %`,
    amount(progress),
    ...(rate > 0 ? [formatRate(rate)] : []),
    ...(rate > 0 && eta !== undefined ? [`${roundDuration(eta)} left`] : []),
    ...counts.filter((text) => text !== ''),
  ].join(', ')
}

/** A total that is not known yet is not told. */
function amount(progress: Progress): string {
  const { phase, compared, sized, total } = progress
  if (phase === 'verifying') return `verifying ${formatBytes(compared)} of ${formatBytes(overOf(progress).bytes)}`
  const bytes = seenOf(progress)
  const so = sized ? `${formatBytes(bytes)} of ${formatBytes(total.bytes)}` : formatBytes(bytes)
  return onlyCompares(progress) ? `comparing ${so}` : so
}

/** Nothing had to move so far. */
function onlyCompares({ bytes, compared, done, skipped }: Progress): boolean {
  return compared > 0 && done.entries === 0 && bytes <= skipped.bytes
}

/** What was looked at, whatever comes of it. */
function seenOf({ bytes, comparing, sized, total }: Progress): number {
  return sized ? Math.min(total.bytes, bytes + comparing) : bytes + comparing
}

/** What has come to its end, and is there. */
function overOf({ done, skipped }: Progress): Tally {
  return { entries: done.entries + skipped.entries, bytes: done.bytes + skipped.bytes }
}

function countSegments(progress: Progress): Segment[] {
  const { phase, total, skipped, failed, inFlight, retries, compared } = progress
  const also = compared > 0 && phase !== 'verifying' && !onlyCompares(progress)
  return [
    segment(`${formatCount(overOf(progress).entries)} of ${entries(total.entries)}`, 0),
    segment(failed.entries > 0 ? `${formatCount(failed.entries)} failed` : '', 1),
    segment(retries > 0 ? `${formatCount(retries)} ${retries === 1 ? 'retry' : 'retries'}` : '', 2),
    segment(skipped.entries > 0 ? `${formatCount(skipped.entries)} skipped` : '', 3),
    segment(inFlight > 0 ? `${formatCount(inFlight)} in flight` : '', 4),
    segment(also ? `${formatBytes(compared)} compared` : '', 5),
  ]
}

/** By bytes; by entries where there are none, or where nobody knows how many. */
function fractionOf(progress: Progress): number {
  const { phase, total, sized, compared } = progress
  const over = overOf(progress)
  if (phase === 'verifying') return over.bytes === 0 ? 1 : Math.min(1, compared / over.bytes)
  if (sized && total.bytes > 0) return seenOf(progress) / total.bytes
  return total.entries === 0 ? 0 : over.entries / total.entries
}

/** An estimate has no tenths of seconds. */
function roundDuration(milliseconds: number): string {
  return milliseconds < 10_000 ? `${Math.ceil(milliseconds / 1000)} s` : formatDuration(milliseconds)
}

function segment(text: string, rank: number): Segment {
  return { text, rank }
}
