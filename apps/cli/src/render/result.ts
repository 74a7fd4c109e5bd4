import type { JobResult } from '@gantry/transfer'

import { entries, formatBytes, formatCount, formatDuration, formatRate } from './amounts.ts'
import { type Failure, renderFailures } from './failures.ts'
import { nothingSelected } from './intent.ts'
import type { Style } from './style.ts'

/** How a job ended, for people. */
export function renderResult(result: JobResult, failures: readonly Failure[], style: Style): string[] {
  const { id, phase, progress, failure } = result
  const { total, done, skipped, failed } = progress
  const over = `${formatCount(done.entries + skipped.entries)} of ${entries(total.entries)}`
  if (phase === 'paused') {
    const where = progress.total.entries === 0 ? 'while listing the source' : `with ${over} done`
    return [`${style.yellow('Paused')} ${where}. To go on: gantry jobs resume ${id}`]
  }
  if (phase === 'cancelled') return [`${style.yellow('Cancelled')} with ${over} done; what was done stays.`]
  if (phase === 'failed') {
    return [
      `${style.red('Stopped')} with ${over} done: ${failure?.message ?? 'the job failed.'}`,
      ...renderFailures(failures, failed.entries, `gantry jobs show ${id}`, style),
      `When that is put right: gantry jobs resume ${id}`,
    ]
  }
  const lines = [...renderDone(result, style), ...renderRemarks(result)]
  if (failed.entries === 0) return lines
  return [
    ...lines,
    `${style.red('Failed:')} ${formatCount(failed.entries)} of ${entries(total.entries)}`,
    ...renderFailures(failures, failed.entries, `gantry jobs show ${id}`, style),
    `To try them again: gantry jobs resume ${id}`,
  ]
}

function renderDone({ progress, elapsed }: JobResult, style: Style): string[] {
  const { total, done, skipped, failed } = progress
  if (total.entries === 0) return [nothingSelected]
  if (done.entries === 0 && failed.entries > 0) return []
  if (done.entries === 0) {
    return [
      `${style.green('Nothing to do:')} all of ${entries(skipped.entries)} (${formatBytes(skipped.bytes)}) are there already.`,
    ]
  }
  const speed = elapsed > 0 ? ` (${formatRate((done.bytes * 1000) / elapsed)})` : ''
  const copied = `${entries(done.entries)}, ${formatBytes(done.bytes)} in ${formatDuration(elapsed)}${speed}`
  return [`${style.green('Copied')} ${copied}`]
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
