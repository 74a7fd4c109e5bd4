import { cancel, type Fleet, pause, resume, retry } from '@gantry/fleet'

import type { Context } from '../../context.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import type { FleetFlags } from '../../options/fleet-options.ts'
import { openPlaces } from '../../places/open-places.ts'
import { toJsonLine } from '../../render/json.ts'
import { withFleet } from './open-fleet.ts'

export interface RetryFlags extends FleetFlags {
  readonly lost?: boolean
}

/** `gantry fleet pause`. */
export async function pauseFleet(context: Context, place: string | undefined, flags: FleetFlags): Promise<ExitCode> {
  return await steer(context, flags, 'paused', nothingSubmitted, async (fleet) => ({
    queues: await pause(fleet, await addressOf(context, place)),
  }))
}

/** `gantry fleet resume`. */
export async function resumeFleet(context: Context, place: string | undefined, flags: FleetFlags): Promise<ExitCode> {
  return await steer(context, flags, 'resumed', nothingSubmitted, async (fleet) => ({
    queues: await resume(fleet, await addressOf(context, place)),
  }))
}

/** `gantry fleet cancel`. */
export async function cancelRun(context: Context, run: string, flags: FleetFlags): Promise<ExitCode> {
  return await steer(context, flags, 'cancelled', nothingSubmitted, async (fleet) => {
    await cancel(fleet, run)
    return { run }
  })
}

/** `gantry fleet retry`. */
export async function retryFleet(context: Context, run: string | undefined, flags: RetryFlags): Promise<ExitCode> {
  return await steer(
    context,
    flags,
    'queued again',
    flags.lost === true ? 'Nothing has failed, and nothing was lost.' : 'Nothing has failed.',
    async (fleet) => await retry(fleet, run, { all: flags.lost === true }),
  )
}

const nothingSubmitted = 'Nothing was submitted yet: gantry fleet submit does that.'

/** Their names are those of many. */
function counted(value: string | number, name: string): string {
  return `${value} ${value === 1 ? name.replace(/s$/u, '') : name}`
}

async function steer(
  context: Context,
  flags: FleetFlags,
  done: string,
  /** Said where there was nothing to do it with. */
  nothing: string,
  work: (fleet: Fleet) => Promise<Readonly<Record<string, string | number>>>,
): Promise<ExitCode> {
  const { io, options } = context
  const what = await withFleet(context, flags, work)
  if (options.json) io.stdout.write(toJsonLine({ type: done.replaceAll(' ', '-'), ...what }))
  else if (!options.quiet) {
    const text = Object.entries(what).map(([name, value]) => (name === 'run' ? String(value) : counted(value, name)))
    if (Object.values(what).every((value) => value === 0)) io.stderr.write(`${nothing}\n`)
    else io.stdout.write(`${text.join(', ')}: ${done}\n`)
  }
  return exitCodes.done
}

async function addressOf(context: Context, place: string | undefined): Promise<string | undefined> {
  if (place === undefined) return undefined
  const { store, address } = await (await openPlaces(context)).open(place)
  await store.close()
  return address
}
