import { keptAttributes } from '@gantry/catalogue'
import { GantryError, isGantryError } from '@gantry/core'
import { FleetWorker, type FleetRun, type Prepared, type WorkerLine } from '@gantry/fleet'

import { Closers } from '../../closers.ts'
import type { Context } from '../../context.ts'
import { debugFrames } from '../../debug-frames.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import { loadJobParts } from '../../jobs/job-parts.ts'
import type { FleetFlags } from '../../options/fleet-options.ts'
import { openPlacesUntold } from '../../places/open-places.ts'
import type { Place, Places } from '../../places/places.ts'
import { toJsonLine } from '../../render/json.ts'
import { UsageError } from '../../usage-error.ts'
import { openFleetCatalogue, withFleet } from './open-fleet.ts'
import { startTelemetry } from './telemetry.ts'
import { type TransformFlags, type WorkerTransforms, workerTransforms } from './worker-transforms.ts'

export interface WorkerFlags extends FleetFlags, TransformFlags {
  readonly jobs: number
  readonly only?: readonly string[]
  /** Seconds. */
  readonly grace: number
  /** Seconds. */
  readonly lock: number
  readonly metricsPort?: number
  readonly metricsHost: string
}

/** `gantry fleet worker`: works until it is asked to stop. */
export async function workForFleet(context: Context, flags: WorkerFlags): Promise<ExitCode> {
  const { io, options, signal } = context
  const places = await openPlacesUntold(context)
  const { metricsPort, metricsHost, jobs, grace, lock, only } = flags
  const address = metricsPort === undefined ? undefined : { port: metricsPort, host: metricsHost }
  const closers = new Closers()
  try {
    const transforms = closers.add(await workerTransforms(context, flags), async (opened) => await opened.close())
    const telemetry = await startTelemetry(io.env, 'gantry-fleet-worker', address)
    closers.add(telemetry, async (started) => await started.stop())
    return await withFleet(context, flags, async ({ ledger, queue }) => {
      const destinations = only === undefined ? undefined : await addressesOf(places, only)
      const catalogue = await openFleetCatalogue(context, flags)
      try {
        const log = (line: WorkerLine) => tell(context, line)
        const prepare = async (run: FleetRun) => await prepared(places, run, transforms)
        const onUnexpected = (error: unknown) => debugFrames(context, error)
        const about = {
          ledger,
          catalogue,
          queue,
          jobs,
          prepare,
          log,
          onUnexpected,
          grace: grace * 1000,
          lock: lock * 1000,
        }
        const worker = new FleetWorker({ ...about, ...(destinations !== undefined && { destinations }) })
        log({ type: 'worker', outcome: 'started', pid: process.pid, jobs })
        if (!options.json && !options.quiet)
          io.stderr.write('Working; Ctrl-C or SIGTERM stops it when its parts have ended\n')
        await worker.run(signal)
        log({ type: 'worker', outcome: 'stopped', pid: process.pid })
      } finally {
        await catalogue.close()
      }
      return exitCodes.done
    })
  } finally {
    await closers.close()
  }
}

/** Stores are opened by this machine's own configuration: credentials never go through the queue, and neither do keys. */
async function prepared(places: Places, { spec }: FleetRun, known: WorkerTransforms): Promise<Prepared> {
  const transforms = await known.of(spec.transforms)
  const to = await openedHere(places, spec.to)
  const from = await openedHere(places, spec.from)
  const keywords = transforms.length === 0 ? keptAttributes : [...keptAttributes, ...known.keywords]
  const parts = await loadJobParts(spec, { from: from.store, to: to.store }, keywords)
  return { from: from.store, to: to.store, ...parts, transforms }
}

/** Names the remote, or the scheme, for the log, and nothing that lies there. */
async function openedHere(places: Places, address: string): Promise<Place> {
  try {
    return await places.open(address)
  } catch (cause) {
    const store = address.slice(0, address.indexOf(':'))
    // What this machine's configuration does not know, or knows otherwise, is no fault of the command here.
    const code = isGantryError(cause) ? cause.code : cause instanceof UsageError ? 'not_found' : 'internal'
    throw new GantryError(code, 'This worker cannot open a place of the run: see its configuration.', { store, cause })
  }
}

async function addressesOf(places: Places, texts: readonly string[]): Promise<string[]> {
  return await Promise.all(
    texts.map(async (text) => {
      const { store, address } = await places.open(text)
      await store.close()
      return address
    }),
  )
}

/** A line of JSON for each part and study that ended: codes and counts, names of the queue's own, and what cannot be opened. */
function tell({ io, options }: Context, line: WorkerLine): void {
  if (options.json) io.stdout.write(toJsonLine({ time: new Date().toISOString(), ...line }))
  else if (!options.quiet && (line.type !== 'queue' || line['code'] !== undefined)) {
    const { type, job = '', run = '', outcome = '', store = '', code = '' } = line
    const words = [type, job, run, outcome, store, code].filter((word) => word !== '')
    io.stdout.write(`${new Date().toISOString()} ${words.join(' ')}\n`)
  }
}
