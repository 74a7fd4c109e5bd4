import { archivedView, canFreeze, type Catalogue, comparedByBytes, type Target, thawAll } from '@gantry/catalogue'
import { type ErrorCode, Store } from '@gantry/core'
import { createJobSpec, type Journal, type JobResult, nodeHashing } from '@gantry/transfer'

import type { Context } from '../../context.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import { findUnfinished } from '../../jobs/find-unfinished.ts'
import { loadJobParts } from '../../jobs/job-parts.ts'
import { leftAlone } from '../../jobs/left-alone.ts'
import { runJob, type Settlement } from '../../jobs/run-job.ts'
import type { Place } from '../../places/places.ts'
import { archiveSource } from '../../places/share-source.ts'
import { entries } from '../../render/amounts.ts'
import { renderPlace } from '../../render/job.ts'
import { openJobFolder } from '../../state-folder.ts'
import { UsageError } from '../../usage-error.ts'
import { userName } from './open-catalogue.ts'
import type { RestoreFlags } from './restore.ts'
import { untilThawed } from './until-thawed.ts'
import type { Taken } from './where-of.ts'

export interface Restoring {
  readonly catalogue: Catalogue
  readonly target: Target
  readonly from: Place
  readonly to: Place
  readonly location: string
  readonly taken: Taken
  readonly destination: string
}

export interface Restored {
  readonly exit: ExitCode
  /** Paths, as the place has them, of what could not be read there; `all` if nothing can be. */
  readonly unread: ReadonlySet<string> | 'all'
  /** Something went wrong that no other place would put right. */
  readonly failed: boolean
}

/** Brings what is taken from one place; whatever of it is there already is not fetched. */
export async function restoreFrom(context: Context, restoring: Restoring, flags: RestoreFlags): Promise<Restored> {
  const { catalogue, target, from, to, location, taken, destination } = restoring
  const { receipts, renamed, count } = taken
  if (!(await isThawed(context, restoring, flags))) return { exit: exitCodes.failed, unread: new Set(), failed: true }
  const view = new Store(archivedView({ catalogue, store: from.store, location, receipts, renamed }))
  const spec = createJobSpec({
    from: archiveSource(location, target.name),
    to: to.address,
    // What is there may be somebody's own work.
    existing: flags.overwrite === true ? 'update' : 'keep',
    ...(flags.layout !== undefined && { layout: flags.layout }),
    concurrency: flags.jobs,
    ...(flags.bwlimit !== undefined && { bandwidth: flags.bwlimit }),
  })
  const folder = openJobFolder(context.io.env)
  const earlier = await findUnfinished(folder, spec)
  if (earlier?.running === true) throw new UsageError(`This is being restored already, as job ${earlier.id}.`)
  // The plan of a job is never made anew: one that was made before more was archived would leave that out.
  const goesOn = earlier !== undefined && (!earlier.record.planned || earlier.record.total.entries === count)
  const { concurrency, bandwidth } = spec
  const journal = goesOn ? folder.open(earlier.id) : folder.create(spec)
  const compared = comparedByBytes(to.store, nodeHashing)
  const parts = await loadJobParts(spec, { from: view, to: compared })
  let found: Pick<Restored, 'unread' | 'failed'> = { unread: new Set(), failed: false }
  const settle = async (result: JobResult): Promise<Settlement> => {
    const { phase, progress } = result
    const { entries: done, bytes } = progress.done
    found = await unreadOf(result, journal, renamed)
    if (phase === 'completed') {
      const event = { kind: 'restored', who: userName(), target: target.name, place: to.address } as const
      await catalogue.note({ ...event, entries: done, bytes })
    }
    const left = count - progress.total.entries
    const others = await leftAlone(journal)
    const incomplete = phase === 'completed' && (left > 0 || others.count > 0)
    if (incomplete) found = { ...found, failed: true }
    const lines = [
      ...(left > 0
        ? [`${entries(left)} of it ${left === 1 ? 'was' : 'were'} not looked at: run the same command again`]
        : []),
      ...others.lines,
    ]
    return {
      exit: incomplete ? exitCodes.failed : exitCodes.done,
      others: others.count,
      lines: incomplete ? lines : [],
      json: { type: 'restore', restored: done, there: progress.skipped.entries - others.count, others: others.count },
    }
  }
  const exit = await runJob(context, {
    from: { ...from, store: view },
    to: { ...to, store: compared },
    parts,
    journal,
    pace: { concurrency, bandwidth },
    heading: {
      from: context.options.json ? spec.from : renderPlace(location),
      to: destination,
      resumed: goesOn,
    },
    again: 'run the same command again',
    settle,
  })
  return { exit, ...found }
}

const ofThePlace: ReadonlySet<ErrorCode> = new Set([
  'not_found',
  'integrity',
  'permission_denied',
  'unauthenticated',
  'unavailable',
  'timeout',
])

/** Whether the same bytes are worth asking for elsewhere. */
function isOfThePlace(code: ErrorCode): boolean {
  return ofThePlace.has(code)
}

async function unreadOf(
  { phase, failure }: JobResult,
  journal: Journal,
  renamed: ReadonlyMap<string, string>,
): Promise<Pick<Restored, 'unread' | 'failed'>> {
  const unread = new Set<string>()
  if (phase !== 'completed') {
    const gone = phase === 'failed' && failure !== undefined && isOfThePlace(failure.code)
    return gone ? { unread: 'all', failed: false } : { unread, failed: true }
  }
  let failed = false
  for await (const { path, code } of journal.failures()) {
    if (isOfThePlace(code)) unread.add(renamed.get(path) ?? path)
    else failed = true
  }
  return { unread, failed }
}

async function isThawed(
  context: Context,
  { from: { store }, taken: { receipts } }: Restoring,
  { thawDays: days, thawSpeed: speed, wait }: RestoreFlags,
): Promise<boolean> {
  if (!canFreeze(store)) return true
  const { signal } = context
  const ask = async () => await thawAll({ store, receipts: receipts(), days, speed, signal })
  const interval = wait === undefined ? undefined : (wait === true ? 300 : wait) * 1000
  return await untilThawed(context, ask, interval)
}
