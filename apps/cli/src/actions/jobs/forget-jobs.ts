import type { ErrorCode } from '@gantry/core'
import { isUnfinished, type JobSummary } from '@gantry/transfer'

import type { Context } from '../../context.ts'
import { type ExitCode, exitCodeOfAll, exitCodes } from '../../exit-code.ts'
import { cleanUpLeft, tellUncleaned } from '../../jobs/clean-up-left.ts'
import { findJob } from '../../jobs/find-job.ts'
import { countOutOfPlan, renderGoingOn } from '../../jobs/going-on.ts'
import { isDamaged, Unreadable } from '../../jobs/unreadable.ts'
import { countOf } from '../../render/amounts.ts'
import { toJsonLine } from '../../render/json.ts'
import { openJobFolder } from '../../state-folder.ts'
import { UsageError } from '../../usage-error.ts'

export interface ForgetFlags {
  readonly finished?: boolean
  readonly force?: boolean
}

/** `gantry jobs forget`: removes the records of jobs, and what unfinished ones left at their destination. */
export async function forgetJobs(context: Context, ids: readonly string[], flags: ForgetFlags): Promise<ExitCode> {
  const { io, options } = context
  const folder = openJobFolder(io.env)
  const chosen = new Map<string, JobSummary>()
  const kept: JobSummary[] = []
  const unreadable = new Unreadable()
  let forgotten = 0
  const forget = (id: string) => {
    folder.forget(id)
    forgotten += 1
    if (options.json) io.stdout.write(toJsonLine({ type: 'forgotten', id }))
  }
  for (const id of ids) {
    const summary = await findJob(folder, id).catch((error: unknown) => {
      if (flags.force !== true || !isDamaged(error)) throw error
      forget(id)
      io.stderr.write(`${id}: its record cannot be read, so that what it left at its destination is not known\n`)
    })
    if (summary !== undefined) chosen.set(summary.id, summary)
  }
  if (flags.finished === true) {
    const { onUnreadable } = unreadable
    for await (const summary of folder.list({ onUnreadable })) {
      if (isUnfinished(summary) || chosen.has(summary.id)) continue
      // `jobs resume` tries again what had failed, as long as the record is there.
      if (summary.record.phase === 'completed' && summary.record.failed.entries > 0) kept.push(summary)
      else chosen.set(summary.id, summary)
    }
  }
  if (ids.length === 0 && flags.finished !== true)
    throw new UsageError('Which ones? Name their ids, or use --finished.')
  for (const summary of chosen.values()) refuseLive(summary, flags.force === true)
  const codes = new Set<ErrorCode>()
  for (const summary of chosen.values()) {
    const left = await cleanUpLeft(context, folder, summary)
    if (typeof left === 'object') {
      const { id } = summary
      tellUncleaned(
        context,
        id,
        left,
        flags.force === true ? '' : `To forget it all the same: gantry jobs forget --force ${id}\n`,
      )
      if (flags.force !== true) {
        codes.add(left.code)
        continue
      }
    }
    forget(summary.id)
  }
  if (!options.json && !options.quiet) io.stdout.write(`Forgot ${countOf(forgotten, 'job', 'jobs')}\n`)
  if (kept.length > 0 && !options.quiet) {
    io.stderr.write('Kept, because some entries failed; to forget one: gantry jobs forget ID\n')
    for (const summary of kept) {
      io.stderr.write(`  ${summary.id}  ${renderGoingOn(summary, await countOutOfPlan(folder.failures(summary.id)))}\n`)
    }
  }
  const exit = unreadable.tell(context)
  return exit === exitCodes.done ? exitCodeOfAll(codes) : exit
}

function refuseLive(summary: JobSummary, force: boolean): void {
  const { id, running } = summary
  if (running) throw new UsageError(`The job ${id} is running. First: gantry jobs cancel ${id}`)
  if (isUnfinished(summary) && !force) {
    throw new UsageError(`The job ${id} is not finished. First: gantry jobs cancel ${id}, or use --force`)
  }
}
