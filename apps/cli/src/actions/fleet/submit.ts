import { keptAttributes } from '@gantry/catalogue'
import { type Rate, submit, type Submitted } from '@gantry/fleet'

import type { Context } from '../../context.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import { loadIdentify, loadJobParts } from '../../jobs/job-parts.ts'
import { type DeidentifyFlags, refuseWithout } from '../../options/deidentify-options.ts'
import type { FleetFlags } from '../../options/fleet-options.ts'
import { type SelectionFlags, toSelection } from '../../options/selection-options.ts'
import { openPlaces } from '../../places/open-places.ts'
import type { Place } from '../../places/places.ts'
import { refuseNested } from '../../places/refuse-nested.ts'
import { parseGiven } from '../../places/store-options.ts'
import { withPlaces } from '../../places/with-places.ts'
import { entries, formatBytes } from '../../render/amounts.ts'
import { nothingSelected } from '../../render/intent.ts'
import { toJsonLine } from '../../render/json.ts'
import { UsageError } from '../../usage-error.ts'
import { tierOf } from '../archive/tier-of.ts'
import { withFleet } from './open-fleet.ts'
import { startTelemetry } from './telemetry.ts'

export interface SubmitFlags extends FleetFlags, SelectionFlags, DeidentifyFlags {
  readonly layout?: string
  readonly overwrite?: boolean
  /** False for `--no-clobber`. */
  readonly clobber: boolean
  readonly verify?: boolean
  readonly tier?: string
  /** Milliseconds since the epoch. */
  readonly retain?: number
  readonly jobs: number | 'auto'
  readonly bwlimit?: number
  readonly rate?: Rate
  readonly by: 'image' | 'folder'
  readonly fromOption?: readonly string[]
  readonly toOption?: readonly string[]
}

/** `gantry fleet submit`. */
export async function submitFleet(
  context: Context,
  source: string,
  destination: string,
  flags: SubmitFlags,
): Promise<ExitCode> {
  refuseWithout(flags)
  const deidentifier = flags.deidentify === true ? await loadDeidentifier(context, flags) : undefined
  if (deidentifier !== undefined && flags.by === 'folder') {
    throw new UsageError('Images are de-identified by what their headers say, which --by folder does not read.')
  }
  const places = await openPlaces(context)
  const open = {
    to: async () => await places.open(destination, parseGiven(flags.toOption ?? [])),
    from: async () => await places.openExisting(source, parseGiven(flags.fromOption ?? [])),
  }
  return await withPlaces(open, async ({ from, to }) => await submitBetween(context, { from, to }, deidentifier, flags))
}

async function submitBetween(
  context: Context,
  { from, to }: { readonly from: Place; readonly to: Place },
  deidentifier: { readonly name: string } | undefined,
  flags: SubmitFlags,
): Promise<ExitCode> {
  await refuseNested(from, to)
  const selection = toSelection(flags, from.entry)
  const tier = tierOf(to.store, flags.tier)
  const job = {
    from: from.address,
    to: to.address,
    selection,
    existing: flags.overwrite === true ? 'overwrite' : flags.clobber ? 'update' : 'keep',
    verify: flags.verify === true,
    concurrency: flags.jobs,
    transforms: deidentifier === undefined ? [] : [deidentifier.name],
    ...(flags.layout !== undefined && { layout: flags.layout }),
    ...(flags.bwlimit !== undefined && { bandwidth: flags.bwlimit }),
    ...(tier !== undefined && { tier }),
    ...(flags.retain !== undefined && { retainUntil: flags.retain }),
  } as const
  const parts = await loadJobParts(job, { from: from.store, to: to.store }, flags.by === 'image' ? keptAttributes : [])
  // What images are decides which go together; folders do, where nobody wants headers to be read.
  const identify = flags.by === 'image' ? (parts.identify ?? (await loadIdentify([...keptAttributes]))) : parts.identify
  const telemetry = await startTelemetry(context.io.env, 'gantry-fleet-submit')
  try {
    return await withFleet(context, flags, async (fleet) => {
      const { rate } = flags
      const submitted = await submit({
        ...fleet,
        job,
        from: from.store,
        to: to.store,
        signal: context.signal,
        onProgress: (soFar) => tellProgress(context, soFar),
        ...(identify !== undefined && { identify }),
        ...(rate !== undefined && { rate }),
      })
      tell(context, submitted)
      // What was asked for and is not going to be moved as it was asked for.
      return submitted.refused + submitted.missing + submitted.differing > 0 ? exitCodes.failed : exitCodes.done
    })
  } finally {
    await telemetry.stop()
  }
}

/** Loads the package only where it is asked for. */
async function loadDeidentifier(context: Context, flags: DeidentifyFlags): Promise<{ readonly name: string }> {
  const { createFrom } = await import('../deidentify/prepare.ts')
  return await createFrom(context, flags)
}

function tellProgress({ io, options }: Context, { studies, parts }: Submitted): void {
  if (options.quiet || options.json || !io.stderr.isTerminal) return
  io.stderr.write(`${studies} studies, ${parts} parts\r`)
}

function tell({ io, options }: Context, submitted: Submitted): void {
  const { run, ...counted } = submitted
  const { studies, parts, bytes, replaced, waiting, differing, earlier, done, refused, missing } = counted
  const found = studies + waiting + differing + done > 0
  if (options.json) {
    io.stdout.write(toJsonLine({ type: 'submitted', ...(studies > 0 && { run }), ...counted }))
    return
  }
  const inAll = `${studies} ${studies === 1 ? 'study' : 'studies'} in ${parts} ${parts === 1 ? 'part' : 'parts'}, ${entries(submitted.entries)}`
  const lines = [
    studies > 0 ? `Run ${run}: ${inAll}, ${formatBytes(bytes)}` : found ? nothingNew : nothingSelected,
    ...(replaced > 0 ? [`${replaced} of them waited for an earlier run, and go as this one says`] : []),
    ...(waiting > 0 ? [`${waiting} wait already, of an earlier run that says the same`] : []),
    ...(differing > 0 ? [differs(differing, earlier)] : []),
    ...(done > 0 ? [`${done} are done already`] : []),
    ...(refused > 0
      ? [`${entries(refused)} cannot be moved: names that are no paths, or files that cannot be read`]
      : []),
    ...(missing > 0 ? [`Of ${missing} that --study or --series name, the source has nothing that is asked for`] : []),
  ]
  io.stdout.write(`${lines.join('\n')}\n`)
  if (studies > 0 && !options.quiet)
    io.stderr.write('Workers move it (gantry fleet worker); how far: gantry fleet status\n')
}

const nothingNew = 'There is nothing new to move, so this is no run.'

function differs(differing: number, earlier: readonly string[]): string {
  const runs = earlier.length > 3 ? [...earlier.slice(0, 3), '...'] : earlier
  return `${differing} wait for an earlier run (${runs.join(', ')}), which asked for more of them in another way, and go as that one says: submit this again when it is done, or after gantry fleet cancel`
}
