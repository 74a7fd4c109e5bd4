import { type JobSpec } from '@gantry/core'
import { createJobSpec } from '@gantry/transfer'

import type { Context } from '../context.ts'
import { type ExitCode } from '../exit-code.ts'
import { dryRun } from '../jobs/dry-run.ts'
import { findUnfinished } from '../jobs/find-unfinished.ts'
import { loadJobParts } from '../jobs/job-parts.ts'
import { runJob } from '../jobs/run-job.ts'
import { withPace } from '../jobs/with-pace.ts'
import { type SelectionFlags, toSelection } from '../options/selection-options.ts'
import { openPlaces } from '../places/open-places.ts'
import { refuseNested } from '../places/refuse-nested.ts'
import { parseGiven } from '../places/store-options.ts'
import { openJobFolder } from '../state-folder.ts'
import { UsageError } from '../usage-error.ts'

export interface CopyFlags extends SelectionFlags {
  readonly layout?: string
  readonly overwrite?: boolean
  /** False for `--no-clobber`. */
  readonly clobber: boolean
  readonly verify?: boolean
  readonly jobs: number | 'auto'
  readonly bwlimit?: number
  readonly dryRun?: boolean
  readonly new?: boolean
  readonly fromOption?: readonly string[]
  readonly toOption?: readonly string[]
  readonly public?: boolean
}

/** `gantry copy`. */
export async function copy(context: Context, source: string, destination: string, flags: CopyFlags): Promise<ExitCode> {
  const { io } = context
  const places = await openPlaces(context)
  const isPublic: Record<string, string> = flags.public === true ? { public: 'true' } : {}
  const to = await places.open(destination, { ...parseGiven(flags.toOption ?? []), ...isPublic })
  const from = await places.openExisting(source, parseGiven(flags.fromOption ?? []))
  refuseNested(from, to)
  if (to.store.scheme === 'hub' && !context.options.quiet && !context.options.json) {
    io.stderr.write('A hub removes after a day what no share names, and a copy is not encrypted: gantry share is.\n')
  }
  const spec = createJobSpec({
    from: from.address,
    to: to.address,
    selection: toSelection(flags, from.entry),
    ...(flags.layout !== undefined && { layout: flags.layout }),
    existing: existingOf(flags),
    verify: flags.verify === true,
    concurrency: flags.jobs,
    ...(flags.bwlimit !== undefined && { bandwidth: flags.bwlimit }),
  })
  const parts = await loadJobParts(spec, { from: from.store, to: to.store })
  if (flags.dryRun === true) return await dryRun(context, { from, to, parts, spec })

  const folder = openJobFolder(io.env)
  const earlier = flags.new === true ? undefined : await findUnfinished(folder, spec)
  const heading = {
    from: source,
    to: destination,
    resumed: earlier !== undefined,
    ...(earlier !== undefined && { hint: '--new begins afresh' }),
  }
  if (earlier === undefined) return await runJob(context, { from, to, parts, journal: folder.create(spec), heading })
  if (earlier.running) {
    throw new UsageError(
      `This copy is running already, as job ${earlier.id}. To look at it: gantry jobs show ${earlier.id}`,
    )
  }
  const { concurrency, bandwidth } = spec
  const journal = withPace(folder.open(earlier.id), { concurrency, bandwidth })
  return await runJob(context, { from, to, parts, journal, heading })
}

function existingOf({ overwrite, clobber }: CopyFlags): JobSpec['existing'] {
  if (overwrite === true) return 'overwrite'
  return clobber ? 'update' : 'keep'
}
