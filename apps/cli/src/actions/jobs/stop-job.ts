import { setTimeout as sleep } from 'node:timers/promises'

import { GantryError } from '@gantry/core'
import { isUnfinished, type JobFolder, type JobSummary, openJob } from '@gantry/transfer'

import type { Context } from '../../context.ts'
import { type ExitCode, exitCodeOf, exitCodes } from '../../exit-code.ts'
import { cleanUpLeft, tellUncleaned } from '../../jobs/clean-up-left.ts'
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
export async function cancelJob(context: Context, text: string): Promise<ExitCode> {
  const folder = openJobFolder(context.io.env)
  const found = await findJob(folder, text)
  const { id } = found
  let exit: ExitCode = exitCodes.done
  if (found.running) exit = await ask(context, folder, id, 'cancel')
  else if (isUnfinished(found)) exit = await cancelHere(context, folder, found)
  // By whomever it was ended, and when: what could not be removed then is tried again.
  const summary = await folder.show(id)
  const left = summary.running || isUnfinished(summary) ? 'nothing' : await cleanUpLeft(context, folder, summary)
  if (!found.running && !isUnfinished(found)) {
    const more = left === 'removed' ? ' What was unfinished at its destination is removed.' : ''
    exit = say(context, found, `The job ${id} is ${standingOf(found)} already.${more}`)
  }
  if (typeof left === 'string') return exit
  tellUncleaned(context, id, left, `When that is put right: gantry jobs cancel ${id}\n`)
  return exitCodeOf(left.code)
}

async function cancelHere(context: Context, folder: JobFolder, { id, spec }: JobSummary): Promise<ExitCode> {
  const places = await openPlaces(context)
  const journal = folder.open(id)
  try {
    const open = {
      to: async () => await places.open(spec.to),
      from: async () => await openJobSource(places, spec.from),
    }
    await withPlaces(open, async ({ from, to }) => {
      const job = await openJob({ from: from.store, to: to.store, journal })
      await job.cancel()
    })
  } finally {
    await journal.close()
  }
  return say(context, await folder.show(id), `The job ${id} is cancelled; what was copied stays.`)
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
