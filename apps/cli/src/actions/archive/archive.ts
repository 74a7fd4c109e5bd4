import {
  archiving,
  type Catalogue,
  currentKey,
  keptAttributes,
  makeKey,
  roomForManifests,
  saveKey,
  settleArchive,
  type Settled,
  type WritingKey,
} from '@gantry/catalogue'
import type { Store } from '@gantry/core'
import { createJobSpec, type JobResult, newJobId, nodeHashing } from '@gantry/transfer'

import type { Context } from '../../context.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import { findUnfinished } from '../../jobs/find-unfinished.ts'
import { loadJobParts } from '../../jobs/job-parts.ts'
import { notingPause } from '../../jobs/noting-pause.ts'
import { runJob, type Settlement } from '../../jobs/run-job.ts'
import type { CatalogueFlags } from '../../options/catalogue-option.ts'
import { type SelectionFlags, toSelection } from '../../options/selection-options.ts'
import { openPlaces } from '../../places/open-places.ts'
import type { Place } from '../../places/places.ts'
import { refuseNested } from '../../places/refuse-nested.ts'
import { parseGiven } from '../../places/store-options.ts'
import { withPlaces } from '../../places/with-places.ts'
import { entries } from '../../render/amounts.ts'
import { printable } from '../../render/text.ts'
import { openJobFolder } from '../../state-folder.ts'
import { UsageError } from '../../usage-error.ts'
import { archivePassphrase, keepPassphrase, refuseOtherPassphrase, storedPassphrase } from './archive-passphrase.ts'
import { userName, withCatalogue } from './open-catalogue.ts'
import { tierOf } from './tier-of.ts'

export interface ArchiveFlags extends CatalogueFlags, SelectionFlags {
  /** Milliseconds since the epoch. */
  readonly retain?: number
  readonly retainBy: 'storage' | 'catalogue'
  readonly tier?: string
  readonly session?: string
  readonly by?: string
  /** False for `--no-manifest`. */
  readonly manifest: boolean
  readonly passphraseFile?: string
  readonly keychain?: string | true
  readonly layout?: string
  readonly overwrite?: boolean
  readonly verify?: boolean
  readonly jobs: number | 'auto'
  readonly bwlimit?: number
  readonly new?: boolean
  readonly fromOption?: readonly string[]
  readonly toOption?: readonly string[]
  readonly public?: boolean
}

/** `gantry archive`. */
export async function archive(
  context: Context,
  source: string,
  destination: string,
  flags: ArchiveFlags,
): Promise<ExitCode> {
  const secrets = await storedPassphrase(context, flags, { fresh: true, keep: false })
  const { GANTRY_ARCHIVE_PASSPHRASE: passphrase } = secrets
  const places = await openPlaces(context, secrets)
  const open = {
    to: async () => await places.openDestination(destination, parseGiven(flags.toOption ?? []), flags.public === true),
    from: async () => await places.openExisting(source, parseGiven(flags.fromOption ?? [])),
  }
  return await withPlaces(open, async ({ from, to }) => {
    await refuseNested(from, to)
    await refuseUnlessRetained(context, to.store, flags)
    const tier = tierOf(to.store, flags.tier)
    return await withCatalogue(context, flags, async (catalogue) => {
      // To stretch a passphrase takes seconds, and cannot be broken off.
      const keyed = async () => await keyFor(context, { catalogue, store: to.store, passphrase }, flags)
      const key = await notingPause(context, keyed)
      await keepPassphrase(context, flags, passphrase)
      return await run(context, { catalogue, from, to, key, tier, source, destination }, flags)
    })
  })
}

interface Archive {
  readonly catalogue: Catalogue
  readonly from: Place
  readonly to: Place
  readonly key: WritingKey | undefined
  readonly tier: string | undefined
  readonly source: string
  readonly destination: string
}

async function run(context: Context, parts: Archive, flags: ArchiveFlags): Promise<ExitCode> {
  const { catalogue, from, to, key, tier, source, destination } = parts
  const byStorage = flags.retainBy === 'storage'
  const spec = createJobSpec({
    from: from.address,
    to: to.address,
    selection: toSelection(flags, from.entry),
    ...(flags.layout !== undefined && { layout: flags.layout }),
    existing: flags.overwrite === true ? 'overwrite' : 'update',
    verify: flags.verify === true,
    concurrency: flags.jobs,
    ...(flags.bwlimit !== undefined && { bandwidth: flags.bwlimit }),
    ...(tier !== undefined && { tier }),
    ...(byStorage && flags.retain !== undefined && { retainUntil: flags.retain }),
    session: flags.session ?? newJobId(),
  })
  const loaded = await loadJobParts(spec, { from: from.store, to: to.store }, keptAttributes)
  const folder = openJobFolder(context.io.env)
  const earlier = flags.new === true ? undefined : await findUnfinished(folder, spec, { session: flags.session })
  if (earlier?.running === true) {
    throw new UsageError(`This is being archived already, as job ${earlier.id}.`)
  }
  const { concurrency, bandwidth } = spec
  const own = earlier === undefined ? folder.create(spec) : folder.open(earlier.id)
  const { journal, layout, ...kept } = archiving({
    catalogue,
    from: from.store,
    to: to.store,
    location: to.address,
    hashing: nodeHashing,
    journal: own,
    ...(loaded.layout !== undefined && { layout: loaded.layout }),
  })
  const session = { name: own.spec.session ?? own.spec.id }
  const settle = async ({ phase }: JobResult): Promise<Settlement> => {
    const settled = await settleArchive({
      catalogue,
      from: from.store,
      to: to.store,
      journal,
      location: to.address,
      session,
      hashing: nodeHashing,
      // What is recorded is recorded, also when somebody has pressed Ctrl-C.
      signal: phase === 'completed' ? context.signal : new AbortController().signal,
      who: flags.by ?? userName(),
      completed: phase === 'completed',
      nameless: flags.session === undefined,
      manifests: flags.manifest,
      ...(key !== undefined && { key }),
      ...(flags.retain !== undefined && { retainUntil: flags.retain }),
    })
    return settlementOf(settled, session.name)
  }
  const heading = { from: source, to: destination, resumed: earlier !== undefined }
  const exit = await runJob(context, {
    from,
    to: { ...to, store: kept.to },
    parts: { ...loaded, layout },
    journal,
    pace: { concurrency, bandwidth },
    heading,
    again,
    againAfterWrong: 'run the same command again with --overwrite, from a source that is as it was',
    settle,
  })
  if (earlier !== undefined && exit === exitCodes.done && !context.options.quiet && !context.options.json) {
    context.io.stderr.write(
      'What has changed on either side since this was planned was not looked at: the same command again does.\n',
    )
  }
  return exit
}

const again = 'run the same command again'

function settlementOf(settled: Settled, session: string): Settlement {
  const { sent, known, adopted, different, manifests } = settled
  const lines: string[] = []
  if (sent + adopted > 0) {
    const beside = manifests > 0 ? ', with a manifest beside the data' : ''
    lines.push(`Session ${printable(session)}: ${entries(sent + adopted)} recorded${beside}`)
  }
  if (known > 0) {
    const beside = sent + adopted === 0 && manifests > 0 ? ', and now with a manifest beside the data' : ''
    lines.push(`${entries(known)} archived already${beside}`)
  }
  if (different > 0) {
    lines.push(`${entries(different)} at the destination only look the same: --overwrite sends them again`)
  }
  const exit = different > 0 ? exitCodes.failed : exitCodes.done
  return { exit, lines, json: { type: 'archive', session, sent, known, adopted, different, manifests } }
}

/** Before anything is sent, or asked for. */
async function refuseUnlessRetained({ signal }: Context, store: Store, flags: ArchiveFlags): Promise<void> {
  if (flags.retain === undefined || flags.retainBy === 'catalogue') return
  if (store.abilities.retain === true) return await store.checkRetention({ signal })
  throw new UsageError(
    'This place is not opened as one that refuses removal. Where its bucket can, say in which mode: --to-option ' +
      'retention=governance or retention=compliance on S3 (Object Lock), retention=unlocked or retention=locked on Cloud ' +
      "Storage. Or say --retain-by catalogue to have no more than the catalogue's word.",
  )
}

interface Keyed {
  readonly catalogue: Catalogue
  readonly store: Store
  /** Of a file or the keychain. */
  readonly passphrase: string | undefined
}

/** The key that manifests are written with; made, with its passphrase, where there is none. */
async function keyFor(
  context: Context,
  { catalogue, store, passphrase }: Keyed,
  flags: ArchiveFlags,
): Promise<WritingKey | undefined> {
  if (!flags.manifest || roomForManifests(store) !== 'beside') return undefined
  const known = await currentKey(catalogue)
  if (known !== undefined) {
    await refuseOtherPassphrase(context, known, passphrase)
    return known
  }
  const key = await makeKey(passphrase ?? (await archivePassphrase(context, flags, { fresh: true })))
  await saveKey(catalogue, key)
  return key
}
