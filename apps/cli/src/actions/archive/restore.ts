import {
  archivedView,
  canFreeze,
  type Catalogue,
  type CatalogueReceipt,
  chooseReceipts,
  comparedByBytes,
  listedManifests,
  type ManifestSource,
  rebuild,
  storeManifests,
  type Target,
  thawAll,
} from '@gantry/catalogue'
import { GantryError, Store, type ThawSpeed } from '@gantry/core'
import { createJobSpec, type JobResult, nodeHashing } from '@gantry/transfer'

import type { Context } from '../../context.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import { findUnfinished } from '../../jobs/find-unfinished.ts'
import { loadJobParts } from '../../jobs/job-parts.ts'
import { runJob, type Settlement } from '../../jobs/run-job.ts'
import { withPace } from '../../jobs/with-pace.ts'
import type { CatalogueFlags } from '../../options/catalogue-option.ts'
import { openPlaces } from '../../places/open-places.ts'
import type { Place, Places } from '../../places/places.ts'
import { archiveSource } from '../../places/share-source.ts'
import { parseGiven } from '../../places/store-options.ts'
import { entries } from '../../render/amounts.ts'
import { renderPlace } from '../../render/job.ts'
import { toJsonLine } from '../../render/json.ts'
import { openJobFolder } from '../../state-folder.ts'
import { UsageError } from '../../usage-error.ts'
import { archivePassphrase, storedPassphrase } from './archive-passphrase.ts'
import { userName, withCatalogue } from './open-catalogue.ts'
import { untilThawed } from './until-thawed.ts'

export interface RestoreFlags extends CatalogueFlags {
  readonly from?: string
  readonly fromManifests?: string
  /** Seconds between two questions; `true` for the default. */
  readonly wait?: number | true
  readonly thawDays: number
  readonly thawSpeed: ThawSpeed
  readonly passphraseFile?: string
  readonly keychain?: string | true
  readonly layout?: string
  readonly jobs: number | 'auto'
  readonly bwlimit?: number
  readonly toOption?: readonly string[]
}

/** `gantry restore`. */
export async function restore(
  context: Context,
  what: string,
  destination: string,
  flags: RestoreFlags,
): Promise<ExitCode> {
  const places = await openPlaces(context, await storedPassphrase(context, flags, { fresh: false }))
  return await withCatalogue(context, flags, async (catalogue) => {
    if (flags.fromManifests !== undefined) await readManifests(context, places, catalogue, flags)
    const target = await catalogue.find(what)
    const prefer = flags.from === undefined ? undefined : await addressOf(places, flags.from)
    const { locations, lost } = await whereOf(catalogue, target, prefer)
    let exit: ExitCode = exitCodes.done
    for (const location of locations) {
      const to = await places.open(destination, parseGiven(flags.toOption ?? []))
      const from = await places.open(location)
      const one = await restoreFrom(context, { catalogue, target, prefer, from, to, location, destination }, flags)
      if (exit === exitCodes.done) exit = one
      if (context.signal.aborted) return one
    }
    if (lost > 0) {
      const message = `${entries(lost)} of it lie nowhere any more: they were removed, replaced, or their key was destroyed.`
      throw new GantryError('not_found', message)
    }
    if (target.kind === 'session' && exit === exitCodes.done) await catalogue.sessionRestored(target)
    return exit
  })
}

/** Makes what a lost catalogue knew of a place anew. */
async function readManifests(
  context: Context,
  places: Places,
  catalogue: Catalogue,
  flags: RestoreFlags,
): Promise<void> {
  const { io, options, signal } = context
  const place = await places.open(flags.fromManifests ?? '')
  try {
    const source = await manifestsOf(context, place.store, flags)
    const rebuilt = await rebuild({ catalogue, source, location: place.address, who: userName(), signal })
    if (options.json) io.stdout.write(toJsonLine({ type: 'rebuilt', ...rebuilt }))
    else if (!options.quiet) io.stderr.write(`The manifests tell of ${entries(rebuilt.receipts)}\n`)
    if (rebuilt.unreadable > 0) {
      io.stderr.write(`${rebuilt.unreadable} of the manifests are damaged, or of another passphrase\n`)
    }
  } finally {
    await place.store.close()
  }
}

/** A store whose listing vouches for SHA-256 has records of its own; others have manifests beside their entries. */
async function manifestsOf(context: Context, store: Store, flags: RestoreFlags): Promise<ManifestSource> {
  if (store.abilities.digests.includes('sha256') && store.parcels?.ability.store !== undefined) {
    return listedManifests(store, { now: Date.now })
  }
  const passphrase = await archivePassphrase(context, flags, { fresh: false })
  return await storeManifests(store, passphrase, { signal: context.signal })
}

async function addressOf(places: Places, text: string): Promise<string> {
  const { address, store } = await places.open(text)
  await store.close()
  return address
}

/** All places that something of it is to be taken from, and how much of it lies nowhere. */
async function whereOf(catalogue: Catalogue, target: Target, prefer: string | undefined) {
  const locations = new Set<string>()
  let lost = 0
  const onLost = () => void (lost += 1)
  for await (const { location } of chooseReceipts(catalogue, target, {
    onLost,
    ...(prefer !== undefined && { prefer }),
  })) {
    locations.add(location)
  }
  return { locations: [...locations], lost }
}

interface Restoring {
  readonly catalogue: Catalogue
  readonly target: Target
  readonly prefer: string | undefined
  readonly from: Place
  readonly to: Place
  readonly location: string
  readonly destination: string
}

async function restoreFrom(context: Context, restoring: Restoring, flags: RestoreFlags): Promise<ExitCode> {
  const { catalogue, target, prefer, from, to, location, destination } = restoring
  const receipts = async function* (): AsyncGenerator<CatalogueReceipt, void, undefined> {
    const chosen = chooseReceipts(catalogue, target, prefer === undefined ? {} : { prefer })
    for await (const receipt of chosen) if (receipt.location === location) yield receipt
  }
  if (canFreeze(from.store) && !(await isThawed(context, from.store, receipts, flags))) {
    await Promise.all([from.store.close(), to.store.close()])
    return exitCodes.failed
  }
  const view = new Store(archivedView({ catalogue, store: from.store, location, receipts }))
  const spec = createJobSpec({
    from: archiveSource(location, target.name),
    to: to.address,
    ...(flags.layout !== undefined && { layout: flags.layout }),
    concurrency: flags.jobs,
    ...(flags.bwlimit !== undefined && { bandwidth: flags.bwlimit }),
  })
  const folder = openJobFolder(context.io.env)
  const earlier = await findUnfinished(folder, spec)
  if (earlier?.running === true) throw new UsageError(`This is being restored already, as job ${earlier.id}.`)
  const { concurrency, bandwidth } = spec
  const journal =
    earlier === undefined ? folder.create(spec) : withPace(folder.open(earlier.id), { concurrency, bandwidth })
  const compared = comparedByBytes(to.store, nodeHashing)
  const parts = await loadJobParts(spec, { from: view, to: compared })
  const settle = async ({ phase, progress }: JobResult): Promise<Settlement> => {
    const { entries: count, bytes } = progress.done
    if (phase === 'completed') {
      const event = { kind: 'restored', who: userName(), target: target.name, place: to.address } as const
      await catalogue.note({ ...event, entries: count, bytes })
    }
    return {
      exit: exitCodes.done,
      lines: [],
      json: { type: 'restore', restored: count, there: progress.skipped.entries },
    }
  }
  return await runJob(context, {
    from: { ...from, store: view },
    to: { ...to, store: compared },
    parts,
    journal,
    heading: {
      from: context.options.json ? spec.from : renderPlace(location),
      to: destination,
      resumed: earlier !== undefined,
    },
    again: 'run the same command again',
    settle,
  })
}

async function isThawed(
  context: Context,
  store: Store,
  receipts: () => AsyncIterable<CatalogueReceipt>,
  { thawDays: days, thawSpeed: speed, wait }: RestoreFlags,
): Promise<boolean> {
  const { signal } = context
  const ask = async () => await thawAll({ store, receipts: receipts(), days, speed, signal })
  const interval = wait === undefined ? undefined : (wait === true ? 300 : wait) * 1000
  return await untilThawed(context, ask, interval)
}
