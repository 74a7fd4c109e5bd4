import { type JobSpec } from '@gantry/core'
import { createJobSpec, tellsSame } from '@gantry/transfer'

import type { Context } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { cleanUpEarlier } from '../jobs/clean-up-earlier.ts'
import { dryRun } from '../jobs/dry-run.ts'
import { findUnfinished } from '../jobs/find-unfinished.ts'
import { loadJobParts } from '../jobs/job-parts.ts'
import { runJob } from '../jobs/run-job.ts'
import { type DeidentifyFlags, refuseWithout } from '../options/deidentify-options.ts'
import { type SelectionFlags, toSelection } from '../options/selection-options.ts'
import { openPlaces } from '../places/open-places.ts'
import type { Place } from '../places/places.ts'
import { refuseNested } from '../places/refuse-nested.ts'
import { parseGiven } from '../places/store-options.ts'
import { withPlaces } from '../places/with-places.ts'
import { openJobFolder } from '../state-folder.ts'
import { UsageError } from '../usage-error.ts'

export interface CopyFlags extends SelectionFlags, DeidentifyFlags {
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
  refuseWithout(flags)
  const prepared = flags.deidentify === true ? await prepareDeidentify(context, flags) : undefined
  const places = await openPlaces(context)
  const open = {
    to: async () => await places.openDestination(destination, parseGiven(flags.toOption ?? []), flags.public === true),
    from: async () => await places.openExisting(source, parseGiven(flags.fromOption ?? [])),
  }
  return await withPlaces(
    open,
    async ({ from, to }) => await run(context, { from, to, prepared, source, destination }, flags),
  )
}

interface Copy {
  readonly from: Place
  readonly to: Place
  readonly prepared: Awaited<ReturnType<typeof prepareDeidentify>> | undefined
  readonly source: string
  readonly destination: string
}

async function run(
  context: Context,
  { from, to, prepared, source, destination }: Copy,
  flags: CopyFlags,
): Promise<ExitCode> {
  const { io } = context
  await refuseNested(from, to)
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
    transforms: prepared === undefined ? [] : [prepared.transform.name],
    concurrency: flags.jobs,
    ...(flags.bwlimit !== undefined && { bandwidth: flags.bwlimit }),
  })
  const loaded = await loadJobParts(spec, { from: from.store, to: to.store }, prepared?.keywords)
  const parts = { ...loaded, ...(prepared !== undefined && { transforms: [prepared.transform] }) }
  const more = prepared?.running ?? {}
  if (flags.dryRun === true) {
    const show = await prepared?.showing(from.store)
    const { nameOf } = more
    return await dryRun(context, { from, to, parts, spec, ...(show && { show }), ...(nameOf && { nameOf }) })
  }

  const folder = openJobFolder(io.env)
  const earlier = flags.new === true ? undefined : await findUnfinished(folder, spec)
  const heading = {
    // A path may name the patient.
    from: prepared === undefined ? source : undefined,
    to: destination,
    resumed: earlier !== undefined,
    ...(earlier !== undefined && { hint: '--new begins afresh' }),
  }
  if (earlier === undefined) {
    await cleanUpEarlier(folder, spec, to.store, { afresh: flags.new === true })
    return await runJob(context, { from, to, parts, journal: folder.create(spec), heading, ...more })
  }
  if (earlier.running) {
    throw new UsageError(
      `This copy is running already, as job ${earlier.id}. To look at it: gantry jobs show ${earlier.id}`,
    )
  }
  // To ask for the same again would send, or fetch, all of it again.
  const movesAll = spec.existing === 'overwrite' || spec.transforms.length > 0
  const looksAgain = !movesAll && tellsSame(from.store.abilities, to.store.abilities)
  const { concurrency, bandwidth } = spec
  const journal = folder.open(earlier.id)
  const pace = { concurrency, bandwidth }
  const exit = await runJob(context, { from, to, parts, journal, pace, heading, looksForDone: !looksAgain, ...more })
  if (exit !== exitCodes.done) return exit
  const tell = (line: string) => {
    if (!context.options.quiet && !context.options.json) io.stderr.write(`${line}\n`)
  }
  if (!looksAgain) {
    tell('What else has changed on either side since this job was planned was not looked at.')
    return exit
  }
  tell('Looking for what has changed on either side since this job was planned')
  return await copy(context, source, destination, { ...flags, new: true })
}

/** Loads the package only where it is asked for. */
async function prepareDeidentify(context: Context, flags: DeidentifyFlags) {
  const { prepare } = await import('./deidentify/prepare.ts')
  return await prepare(context, flags)
}

function existingOf({ overwrite, clobber }: CopyFlags): JobSpec['existing'] {
  if (overwrite === true) return 'overwrite'
  return clobber ? 'update' : 'keep'
}
