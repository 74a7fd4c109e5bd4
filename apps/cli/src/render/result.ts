import type { Tally } from '@gantry/core'
import type { JobResult } from '@gantry/transfer'

import { entries, formatBytes, formatCount, formatDuration, formatRate } from './amounts.ts'
import { butOutOfPlan, type Failure, renderFailures, renderRetry } from './failures.ts'
import { nothingSelected } from './intent.ts'
import type { Style } from './style.ts'

export interface ResultDetails {
  /** As many as are to be listed. */
  readonly failures?: readonly Failure[]
  /** How many of all failures the job cannot mend; see `isOutOfPlan`. */
  readonly outOfPlan?: number
  /** What earlier runs of the job had done. */
  readonly before?: Tally
  /** What goes on with the job; default: `gantry jobs resume`. */
  readonly again?: string | undefined
  /** How many of what was skipped are there with other bytes, which is told elsewhere. */
  readonly others?: number | undefined
}

/** How a run of a job ended, for people. */
export function renderResult(
  result: JobResult,
  { failures = [], outOfPlan = 0, before = none, again, others = 0 }: ResultDetails,
  style: Style,
): string[] {
  const { id, phase, progress, failure } = result
  const { total, done, skipped, failed } = progress
  const resume = again ?? `gantry jobs resume ${id}`
  const over = `${formatCount(done.entries + skipped.entries)} of ${entries(total.entries)}`
  if (phase === 'paused' || phase === 'ready') {
    const where = progress.total.entries === 0 ? 'while listing the source' : `with ${over} done`
    return [`${style.yellow('Paused')} ${where}. To go on: ${resume}`]
  }
  if (phase === 'cancelled') return [`${style.yellow('Cancelled')} with ${over} done; what was done stays.`]
  if (phase === 'failed') {
    return [
      `${style.red('Stopped')} ${total.entries === 0 ? 'before anything was listed' : `with ${over} done`}: ${failure === undefined ? 'the job failed.' : `${failure.code}: ${failure.message}`}`,
      ...renderFailures(failures, failed.entries, `gantry jobs show ${id}`, style),
      `When that is put right: ${resume}${butOutOfPlan(outOfPlan)}`,
    ]
  }
  const lines = [...renderDone(result, before, others, style), ...renderRemarks(result)]
  if (failed.entries === 0) return lines
  return [
    ...lines,
    `${style.red('Failed:')} ${formatCount(failed.entries)} of ${entries(total.entries)}`,
    ...renderFailures(failures, failed.entries, `gantry jobs show ${id}`, style),
    renderRetry(failed.entries, outOfPlan, resume),
  ]
}

const none: Tally = { entries: 0, bytes: 0 }

function renderDone({ progress, elapsed }: JobResult, before: Tally, others: number, style: Style): string[] {
  const { total, done, skipped, failed } = progress
  if (total.entries === 0) return [nothingSelected]
  const now = { entries: done.entries - before.entries, bytes: done.bytes - before.bytes }
  if (now.entries <= 0) {
    if (failed.entries > 0) return []
    const there = { entries: skipped.entries + done.entries, bytes: skipped.bytes + done.bytes }
    if (others > 0) {
      const same = `${formatCount(there.entries - others)} of ${entries(there.entries)}`
      return [`${style.green('Nothing to do:')} ${same} are there already, with the same bytes.`]
    }
    return [
      `${style.green('Nothing to do:')} all of ${entries(there.entries)} (${formatBytes(there.bytes)}) are there already.`,
    ]
  }
  const speed = elapsed > 0 ? ` (${formatRate((now.bytes * 1000) / elapsed)})` : ''
  const copied = `${entries(now.entries)}, ${formatBytes(now.bytes)} in ${formatDuration(elapsed)}${speed}`
  const lines = [`${style.green('Copied')} ${copied}`]
  if (before.entries > 0) lines.push(`  ${entries(done.entries)}, ${formatBytes(done.bytes)} with what was done before`)
  return lines
}

function renderRemarks({ id, progress, unverified }: JobResult): string[] {
  const { done, skipped, retries } = progress
  const remarks: string[] = []
  if (skipped.entries > 0 && done.entries > 0) {
    remarks.push(`  ${entries(skipped.entries)} (${formatBytes(skipped.bytes)}) skipped: there already`)
  }
  if (retries > 0) remarks.push(`  ${formatCount(retries)} ${retries === 1 ? 'retry' : 'retries'}`)
  if (unverified > 0) {
    remarks.push(
      `  ${entries(unverified)} unverified: the destination does not say what it stored. To read back: gantry verify ${id}`,
    )
  }
  return remarks
}
