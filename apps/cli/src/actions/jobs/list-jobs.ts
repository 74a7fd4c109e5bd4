import type { Context } from '../../context.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import { jobJson, jobRow, renderJobs } from '../../render/job.ts'
import { toJsonLine } from '../../render/json.ts'
import { openJobFolder } from '../../state-folder.ts'

/** `gantry jobs list`. */
export async function listJobs({ io, options, style }: Context): Promise<ExitCode> {
  const rows: string[][] = []
  for await (const summary of openJobFolder(io.env).list()) {
    if (options.json) io.stdout.write(toJsonLine(jobJson(summary)))
    else rows.push(jobRow(summary))
  }
  if (options.json) return exitCodes.done
  if (rows.length === 0) {
    if (!options.quiet) io.stderr.write('No jobs yet: gantry copy makes one.\n')
    return exitCodes.done
  }
  const columns = io.stdout.isTerminal ? io.stdout.columns : undefined
  io.stdout.write(`${renderJobs(rows, style.stdout, columns)}\n`)
  return exitCodes.done
}
