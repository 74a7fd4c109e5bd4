import type { Context } from '../../context.ts'
import type { ExitCode } from '../../exit-code.ts'
import { Unreadable } from '../../jobs/unreadable.ts'
import { jobRow, listedJobJson, renderJobs } from '../../render/job.ts'
import { toJsonLine } from '../../render/json.ts'
import { openJobFolder } from '../../state-folder.ts'

/** `gantry jobs list`. */
export async function listJobs(context: Context): Promise<ExitCode> {
  const { io, options, style } = context
  const rows: string[][] = []
  const unreadable = new Unreadable()
  const { onUnreadable } = unreadable
  for await (const summary of openJobFolder(io.env).list({ onUnreadable })) {
    if (options.json) io.stdout.write(toJsonLine(listedJobJson(summary)))
    else rows.push(jobRow(summary))
  }
  if (options.json) return unreadable.tell(context)
  if (rows.length > 0) {
    const columns = io.stdout.isTerminal ? io.stdout.columns : undefined
    io.stdout.write(`${renderJobs(rows, style.stdout, columns)}\n`)
  } else if (unreadable.count === 0 && !options.quiet) {
    io.stderr.write('No jobs yet: gantry copy makes one.\n')
  }
  return unreadable.tell(context)
}
