import { isGantryError } from '@gantry/core'

import type { Context } from '../../context.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import { jobRow, listedJobJson, renderJobs } from '../../render/job.ts'
import { toJsonLine } from '../../render/json.ts'
import { openJobFolder } from '../../state-folder.ts'

/** `gantry jobs list`. */
export async function listJobs({ io, options, style }: Context): Promise<ExitCode> {
  const rows: string[][] = []
  const unreadable: string[] = []
  const onUnreadable = (id: string, error: unknown) => {
    unreadable.push(id)
    if (!options.json) return
    const code = isGantryError(error) ? error.code : 'internal'
    io.stdout.write(toJsonLine({ type: 'error', code, message: 'The record of this job cannot be read.', id }))
  }
  for await (const summary of openJobFolder(io.env).list({ onUnreadable })) {
    if (options.json) io.stdout.write(toJsonLine(listedJobJson(summary)))
    else rows.push(jobRow(summary))
  }
  const exit = unreadable.length > 0 ? exitCodes.failed : exitCodes.done
  if (options.json) return exit
  if (rows.length > 0) {
    const columns = io.stdout.isTerminal ? io.stdout.columns : undefined
    io.stdout.write(`${renderJobs(rows, style.stdout, columns)}\n`)
  } else if (unreadable.length === 0 && !options.quiet) {
    io.stderr.write('No jobs yet: gantry copy makes one.\n')
  }
  for (const id of unreadable) {
    const advice = `gantry jobs show ${id} says why, gantry jobs forget --force ${id} removes it`
    io.stderr.write(`The record of the job ${id} cannot be read: ${advice}\n`)
  }
  return exit
}
