import { isUnfinished, type JobFolder, type JobOptions, type JobSummary } from '@gantry/transfer'

import type { Context } from '../../context.ts'
import type { ExitCode } from '../../exit-code.ts'
import { findJob } from '../../jobs/find-job.ts'
import { countOutOfPlan, goingOn, renderGoingOn } from '../../jobs/going-on.ts'
import { loadJobParts } from '../../jobs/job-parts.ts'
import { runJob } from '../../jobs/run-job.ts'
import { Unreadable } from '../../jobs/unreadable.ts'
import { openPlaces } from '../../places/open-places.ts'
import { withPlaces } from '../../places/with-places.ts'
import { countOf } from '../../render/amounts.ts'
import { renderPlace } from '../../render/job.ts'
import { openJobFolder } from '../../state-folder.ts'
import { UsageError } from '../../usage-error.ts'

export interface ResumeFlags {
  readonly jobs?: number | 'auto'
  readonly bwlimit?: number | 'none'
}

/** `gantry jobs resume`: goes on where the job stands, and tries again what had failed. */
export async function resumeJob(context: Context, id: string | undefined, flags: ResumeFlags): Promise<ExitCode> {
  const folder = openJobFolder(context.io.env)
  const summary = await findJob(folder, id ?? (await onlyUnfinished(folder)))
  if (summary.running) throw new UsageError(`The job ${summary.id} is running already.`)
  const { spec, record } = summary
  if (record.phase === 'cancelled') {
    throw new UsageError(`The job ${summary.id} was cancelled: to begin anew, copy again.`)
  }
  if (!isUnfinished(summary) && record.failed.entries === 0) throw new UsageError(`The job ${summary.id} is done.`)
  const { command, why } = goingOn(summary)
  if (why !== undefined) throw new UsageError(`The job ${summary.id} ${why}: run ${command}.`)
  const places = await openPlaces(context)
  const open = { to: async () => await places.openDestination(spec.to), from: async () => await places.open(spec.from) }
  return await withPlaces(open, async ({ from, to }) => {
    const parts = await loadJobParts(spec, { from: from.store, to: to.store })
    const heading = { from: renderPlace(spec.from), to: renderPlace(spec.to), resumed: true }
    return await runJob(context, {
      from,
      to,
      parts,
      journal: folder.open(summary.id),
      pace: paceOf(flags),
      heading,
      looksForDone: true,
    })
  })
}

function paceOf({ jobs, bwlimit }: ResumeFlags): NonNullable<JobOptions['pace']> {
  return {
    ...(jobs !== undefined && { concurrency: jobs }),
    ...(bwlimit !== undefined && { bandwidth: bwlimit === 'none' ? undefined : bwlimit }),
  }
}

async function onlyUnfinished(folder: JobFolder): Promise<string> {
  const ids: string[] = []
  let withFailures: JobSummary | undefined
  const unreadable = new Unreadable()
  const { onUnreadable } = unreadable
  for await (const summary of folder.list({ onUnreadable })) {
    if (isUnfinished(summary) && !summary.running) ids.push(summary.id)
    // The newest: it may have been followed by another that brought the same.
    else if (summary.record.phase === 'completed' && summary.record.failed.entries > 0) withFailures ??= summary
  }
  const [only] = ids
  const others = `${countOf(unreadable.count, 'record', 'records')} could not be read: gantry jobs says why.`
  if (only === undefined) {
    const more = unreadable.count > 0 ? ` ${others}` : ''
    if (withFailures === undefined) throw new UsageError(`There is no job to go on with.${more}`)
    const { id } = withFailures
    const how = renderGoingOn(withFailures, await countOutOfPlan(folder.failures(id)))
    throw new UsageError(`All jobs came to their end, but some entries of ${id} failed. ${how}${more}`)
  }
  if (ids.length > 1) throw new UsageError(`Which one? There are: ${ids.join(', ')}`)
  return only
}
