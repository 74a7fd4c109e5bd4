import { setTimeout as sleep } from 'node:timers/promises'

import { GantryError } from '@gantry/core'
import { isUnfinished, type JobFolder, type JobSummary, openJob } from '@gantry/transfer'

import type { Context } from '../../context.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import { cleanUpJob } from '../../jobs/clean-up-job.ts'
import { findJob } from '../../jobs/find-job.ts'
import { standingOf } from '../../jobs/standing.ts'
import { openPlaces } from '../../places/open-places.ts'
import { openJobSource } from '../../places/share-source.ts'
import { withPlaces } from '../../places/with-places.ts'
import { listedJobJson } from '../../render/job.ts'
import { toJsonLine } from '../../render/json.ts'
import { openJobFolder } from '../../state-folder.ts'

/** Milliseconds that the process that runs a job is given to do as it is asked. */
const patience = 60_000

/** `gantry jobs pause`: asks the process that runs the job, and waits until it has stopped. */
export async function pauseJob(context: Context, id: string): Promise<ExitCode> {
  const folder = openJobFolder(context.io.env)
  const summary = await findJob(folder, id)
  if (!summary.running)
    return say(context, summary, `The job ${summary.id} is not running: it is ${standingOf(summary)}.`)
  return await ask(context, folder, summary.id, 'pause')
}

/** `gantry jobs cancel`: stops it wherever it runs, and removes what is unfinished at the destination. */
export async function cancelJob(context: Context, id: string): Promise<ExitCode> {
  const folder = openJobFolder(context.io.env)
  const summary = await findJob(folder, id)
  if (summary.running) return await ask(context, folder, summary.id, 'cancel')
  if (!isUnfinished(summary)) {
    const removed = await cleanUpJob(context, folder, summary)
    const more = removed ? ' What was unfinished at its destination is removed.' : ''
    return say(context, summary, `The job ${summary.id} is ${standingOf(summary)} already.${more}`)
  }
  const places = await openPlaces(context)
  const journal = folder.open(summary.id)
  try {
    const open = {
      to: async () => await places.open(summary.spec.to),
      from: async () => await openJobSource(places, summary.spec.from),
    }
    await withPlaces(open, async ({ from, to }) => {
      const job = await openJob({ from: from.store, to: to.store, journal })
      await job.cancel()
    })
  } finally {
    await journal.close()
  }
  return say(context, await folder.show(summary.id), `The job ${summary.id} is cancelled; what was copied stays.`)
}

async function ask(context: Context, folder: JobFolder, id: string, wanted: 'pause' | 'cancel'): Promise<ExitCode> {
  folder.request(id, wanted)
  const deadline = Date.now() + patience
  while (Date.now() < deadline) {
    await sleep(100, undefined, { signal: context.signal })
    const summary = await folder.show(id)
    if (!summary.running) return say(context, summary, `The job ${id} is ${standingOf(summary)}.`)
  }
  throw new GantryError('timeout', `The process that runs the job ${id} does not answer; it was asked to ${wanted}.`)
}

function say({ io, options }: Context, summary: JobSummary, text: string): ExitCode {
  if (options.json) io.stdout.write(toJsonLine(listedJobJson(summary)))
  else if (!options.quiet) io.stdout.write(`${text}\n`)
  return exitCodes.done
}
