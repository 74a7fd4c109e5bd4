import { isUnfinished, type JobFolder, type JobSummary } from '@gantry/transfer'

import type { Context } from '../../context.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import { cleanUpJob } from '../../jobs/clean-up-job.ts'
import { findJob } from '../../jobs/find-job.ts'
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
  const kept: string[] = []
  let forgotten = 0
  const forget = (id: string) => {
    folder.forget(id)
    forgotten += 1
    if (options.json) io.stdout.write(toJsonLine({ type: 'forgotten', id }))
  }
  for (const id of ids) {
    const summary = await findJob(folder, id).catch((error: unknown) => {
      if (flags.force !== true || error instanceof UsageError) throw error
      forget(id)
      io.stderr.write(`${id}: its record cannot be read, so that what it left at its destination is not known\n`)
    })
    if (summary !== undefined) chosen.set(summary.id, summary)
  }
  if (flags.finished === true) {
    for await (const summary of folder.list()) {
      if (isUnfinished(summary) || chosen.has(summary.id)) continue
      // `jobs resume` tries again what had failed, as long as the record is there.
      if (summary.record.phase === 'completed' && summary.record.failed.entries > 0) kept.push(summary.id)
      else chosen.set(summary.id, summary)
    }
  }
  if (ids.length === 0 && flags.finished !== true)
    throw new UsageError('Which ones? Name their ids, or use --finished.')
  for (const summary of chosen.values()) refuseLive(summary, flags.force === true)
  for (const summary of chosen.values()) {
    await clean(context, folder, summary, flags.force === true)
    forget(summary.id)
  }
  if (!options.json && !options.quiet) io.stdout.write(`Forgot ${countOf(forgotten, 'job', 'jobs')}\n`)
  if (kept.length > 0 && !options.quiet)
    io.stderr.write(
      `Kept, because some entries failed: ${kept.join(', ')}\nTo try those again: gantry jobs resume ID; to forget one: gantry jobs forget ID\n`,
    )
  return exitCodes.done
}

function refuseLive(summary: JobSummary, force: boolean): void {
  const { id, running } = summary
  if (running) throw new UsageError(`The job ${id} is running. First: gantry jobs cancel ${id}`)
  if (isUnfinished(summary) && !force) {
    throw new UsageError(`The job ${id} is not finished. First: gantry jobs cancel ${id}, or use --force`)
  }
}

/** Removes temporary files and unfinished uploads; with force, only if the destination can be reached. */
async function clean(context: Context, folder: JobFolder, summary: JobSummary, force: boolean): Promise<void> {
  try {
    await cleanUpJob(context, folder, summary)
  } catch (error) {
    if (!force) throw error
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'internal'
    context.io.stderr.write(`${summary.id}: what it left at its destination could not be removed (${code})\n`)
  }
}
