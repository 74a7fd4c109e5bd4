import { resolve } from 'node:path'

import type { Layout, Selection } from '@gantry/core'
import type { OpenData } from '@gantry/igt'
import { createJobSpec, type JobResult, type Journal } from '@gantry/transfer'

import { besideOutput, type Context } from '../../context.ts'
import type { ExitCode } from '../../exit-code.ts'
import { dryRun } from '../../jobs/dry-run.ts'
import { findUnfinished } from '../../jobs/find-unfinished.ts'
import { runJob, type Settlement } from '../../jobs/run-job.ts'
import { openIgtData } from '../../places/igt-adapters.ts'
import type { Place } from '../../places/places.ts'
import { withPlaces } from '../../places/with-places.ts'
import { openJobFolder } from '../../state-folder.ts'
import { UsageError } from '../../usage-error.ts'
import { digestOfManifest, type LocalSide, type Manifest, manifestOf, readManifest, writeManifest } from './manifest.ts'
import type { Profile } from './profile.ts'

export interface TransferFlags {
  readonly concurrentStudies?: number
  readonly concurrentFiles?: number
  readonly folderStructure?: 'flat' | 'hierarchical'
  readonly dryRun?: boolean
  readonly include?: readonly string[]
  readonly exclude?: readonly string[]
  /** `-`: to the output, and all else that is said elsewhere. */
  readonly manifest?: string
  readonly fromManifest?: string
}

export interface Transfer {
  /** Closed at the end, as the destination is. */
  readonly from: Place
  readonly to: Place
  /** The one of them that is a folder, as it is. */
  readonly local: LocalSide
  readonly heading: { readonly from: string; readonly to: string }
  readonly flags: TransferFlags
  /** Default: paths stay as they are. */
  readonly layout?: Layout
  /** See `RunOptions`. */
  readonly settle?: (journal: Journal, result: JobResult) => Promise<Settlement>
}

/** The storage behind the cloud; another than Amazon's by the variables that its own tools go by, or by the profile. */
export function storageOf({ io }: Context, profile: Profile): OpenData {
  const endpoint = io.env['AWS_ENDPOINT_URL_S3'] || profile.endpoint
  const region = io.env['AWS_REGION'] || profile.region
  return openIgtData({ endpoint, region })
}

/** The list of a manifest that says what is moved, and what tells it from others. */
export async function listOf(
  { io }: Context,
  { fromManifest }: TransferFlags,
): Promise<{ readonly files: Manifest; readonly digest: string } | undefined> {
  if (fromManifest === undefined) return undefined
  const files = await readManifest(resolve(io.cwd, fromManifest))
  return { files, digest: digestOfManifest(files) }
}

/** Runs the transfer as a job: one that was broken off is gone on with when the same is asked for again. */
export async function runTransfer(context: Context, transfer: Transfer): Promise<ExitCode> {
  const { from, to } = transfer
  const open = { to: async () => await Promise.resolve(to), from: async () => await Promise.resolve(from) }
  return await withPlaces(open, async () => await run(context, transfer))
}

async function run(context: Context, transfer: Transfer): Promise<ExitCode> {
  const { from, to, flags, heading, layout, settle } = transfer
  const parts = layout === undefined ? {} : { layout }
  const { concurrentStudies, concurrentFiles, include, exclude } = flags
  const isPaced = concurrentStudies !== undefined || concurrentFiles !== undefined
  const selection: Selection = {
    ...(include !== undefined && { include: [...include] }),
    ...(exclude !== undefined && { exclude: [...exclude] }),
  }
  const concurrency = isPaced ? Math.min(1024, (concurrentStudies ?? 4) * (concurrentFiles ?? 4)) : 'auto'
  const spec = createJobSpec({ from: from.address, to: to.address, selection, concurrency, layout: 'keep' })
  if (flags.dryRun === true) return await dryRun(context, { from, to, parts, spec })
  const folder = openJobFolder(context.io.env)
  const earlier = await findUnfinished(folder, spec)
  if (earlier?.running === true) throw new UsageError(`The same is running already, as job ${earlier.id}.`)
  const journal = earlier === undefined ? folder.create(spec) : folder.open(earlier.id)
  const { stdout } = context.io
  return await runJob(flags.manifest === '-' ? besideOutput(context) : context, {
    from,
    to,
    parts,
    journal,
    pace: { concurrency },
    heading: { ...heading, resumed: earlier !== undefined },
    again: 'run the same command again',
    async finish() {
      if (flags.manifest !== undefined) {
        const text = await manifestOf(journal, transfer.local)
        if (flags.manifest === '-') stdout.write(text)
        else await writeManifest(resolve(context.io.cwd, flags.manifest), text)
      }
    },
    ...(settle !== undefined && { settle: async (result) => await settle(journal, result) }),
  })
}
