import type { Context } from '../../context.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import { findJob } from '../../jobs/find-job.ts'
import { renderGoingOn } from '../../jobs/going-on.ts'
import { type Failure, isOutOfPlan, renderFailures } from '../../render/failures.ts'
import { jobFacts, jobJson } from '../../render/job.ts'
import { toJsonLine } from '../../render/json.ts'
import { renderFacts } from '../../render/table.ts'
import { openJobFolder } from '../../state-folder.ts'

/** `gantry jobs show`: all that is known of a job, every failure included. */
export async function showJob({ io, options, style }: Context, id: string): Promise<ExitCode> {
  const folder = openJobFolder(io.env)
  const summary = await findJob(folder, id)
  if (options.json) io.stdout.write(toJsonLine(jobJson(summary)))
  else io.stdout.write(`${renderFacts(jobFacts(summary), style.stdout)}\n`)
  if (summary.running) return exitCodes.done
  const failures: Failure[] = []
  let outOfPlan = 0
  for await (const { path, target, code, message } of folder.failures(summary.id)) {
    if (options.json) io.stdout.write(toJsonLine({ type: 'failed', path, target, code, message }))
    else failures.push({ path, code, message })
    if (isOutOfPlan({ target, code })) outOfPlan += 1
    await io.stdout.ready()
  }
  if (options.json) return exitCodes.done
  const lines = renderFailures(failures, failures.length, '', style.stdout)
  const advice = renderGoingOn(summary, outOfPlan)
  if (advice !== undefined) lines.push(advice)
  if (lines.length > 0) io.stdout.write(`${lines.join('\n')}\n`)
  return exitCodes.done
}
