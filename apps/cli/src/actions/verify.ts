import { compareReceipts, compareStores, type JobFolder, type JobSummary, type Journal } from '@gantry/transfer'

import type { Context } from '../context.ts'
import { type ExitCode } from '../exit-code.ts'
import { loadJobParts } from '../jobs/job-parts.ts'
import { findJob } from '../jobs/find-job.ts'
import { countOutOfPlan, renderGoingOn } from '../jobs/going-on.ts'
import { showComparison } from '../jobs/show-comparison.ts'
import { type SelectionFlags, toSelection } from '../options/selection-options.ts'
import { openPlaces } from '../places/open-places.ts'
import { isArchiveSource, isShareSource, openJobSource } from '../places/share-source.ts'
import { parseGiven } from '../places/store-options.ts'
import { withPlaces } from '../places/with-places.ts'
import type { NotCompared } from '../render/comparison.ts'
import { renderPlace } from '../render/job.ts'
import { openJobFolder } from '../state-folder.ts'
import { UsageError } from '../usage-error.ts'

export interface VerifyFlags extends SelectionFlags {
  readonly layout?: string
  readonly quick?: boolean
  readonly fromOption?: readonly string[]
  readonly toOption?: readonly string[]
}

/** `gantry verify SRC DST`. */
export async function verify(
  context: Context,
  source: string,
  destination: string,
  flags: VerifyFlags,
): Promise<ExitCode> {
  const places = await openPlaces(context)
  const open = {
    to: async () => await places.open(destination, parseGiven(flags.toOption ?? [])),
    from: async () => await places.openExisting(source, parseGiven(flags.fromOption ?? [])),
  }
  return await withPlaces(open, async ({ from, to }) => {
    const selection = toSelection(flags, from.entry)
    const parts = await loadJobParts({ layout: flags.layout, selection }, { from: from.store, to: to.store })
    const stores = { from: from.store, to: to.store, selection, deep: flags.quick !== true }
    const { signal } = context
    return await showComparison(context, (onListed) => compareStores({ ...stores, ...parts, signal, onListed }))
  })
}

/** `gantry verify JOB`: reads back what the job has stored and compares it with its receipts. */
export async function verifyJob(context: Context, id: string): Promise<ExitCode> {
  // No job is called like that.
  if (/[/\\.:]/u.test(id)) throw new UsageError(`With what? gantry verify ${id} <destination>`)
  const folder = openJobFolder(context.io.env)
  const summary = await jobOf(folder, id)
  if (summary.running) {
    const { id: own } = summary
    const wait = `Verify it when it has ended, or pause it first: gantry jobs pause ${own}`
    throw new UsageError(`The job ${own} is running. To look at it: gantry jobs show ${own}\n${wait}`)
  }
  const journal = folder.open(summary.id)
  try {
    const places = await openPlaces(context)
    const open = {
      to: async () => await places.open(journal.spec.to),
      from: async () => await openJobSource(places, journal.spec.from),
    }
    return await withPlaces(open, async ({ from, to }) => {
      const stores = { from: from.store, to: to.store }
      const { signal } = context
      const compare = () => compareReceipts({ ...stores, journal, signal })
      return await showComparison(context, compare, await notComparedOf(summary, journal))
    })
  } finally {
    await journal.close()
  }
}

/** A place alone looks like the id of a job. */
async function jobOf(folder: JobFolder, id: string): Promise<JobSummary> {
  try {
    return await findJob(folder, id)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    const hint = `A place is compared with another: gantry verify ${id} <destination>`
    throw new UsageError(`${error.message}\n${hint}`, { cause: error })
  }
}

/**
 * What was left alone may be other bytes, as the user wished: it is no failure, and must not pass for proof. Nor may what was
 * copied pass for all that was to be.
 */
async function notComparedOf(summary: JobSummary, journal: Journal): Promise<NotCompared> {
  let kept = 0
  for await (const _ of journal.kept()) kept += 1
  const { spec, record } = summary
  // What was de-identified is other bytes than its source, whose path may name the patient.
  const compare =
    spec.transforms.length > 0 ? undefined : `gantry verify ${renderPlace(spec.from)} ${renderPlace(spec.to)}`
  const only = isShareSource(spec.from) ? 'gantry open' : isArchiveSource(spec.from) ? 'gantry restore' : undefined
  return {
    kept,
    compare: only ?? compare,
    left: record.pending.entries,
    failed: record.failed.entries,
    planned: record.planned,
    goOn: renderGoingOn(summary, await countOutOfPlan(journal.failures())),
  }
}
