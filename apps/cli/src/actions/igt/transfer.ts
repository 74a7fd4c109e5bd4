import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'

import { GantryError, type Selection } from '@gantry/core'
import type { OpenData } from '@gantry/igt'
import { s3 } from '@gantry/s3'
import { createJobSpec, type Journal } from '@gantry/transfer'

import type { Context } from '../../context.ts'
import type { ExitCode } from '../../exit-code.ts'
import { dryRun } from '../../jobs/dry-run.ts'
import { findUnfinished } from '../../jobs/find-unfinished.ts'
import { runJob } from '../../jobs/run-job.ts'
import { withPace } from '../../jobs/with-pace.ts'
import type { Place } from '../../places/places.ts'
import { openJobFolder } from '../../state-folder.ts'
import { UsageError } from '../../usage-error.ts'

export interface TransferFlags {
  readonly concurrentStudies?: number
  readonly concurrentFiles?: number
  readonly folderStructure: 'flat' | 'hierarchical'
  readonly dryRun?: boolean
  readonly include?: readonly string[]
  readonly exclude?: readonly string[]
  readonly manifest?: string
}

export interface Transfer {
  readonly from: Place
  readonly to: Place
  readonly heading: { readonly from: string; readonly to: string }
  readonly flags: TransferFlags
  readonly finish?: () => Promise<void>
}

/** The storage behind the cloud; another than Amazon's by the variables that its own tools go by. */
export function storageOf({ io }: Context): OpenData {
  const { AWS_ENDPOINT_URL_S3: endpoint, AWS_REGION: region = 'eu-west-1' } = io.env
  return (place) =>
    s3({
      ...place,
      region,
      serverSideEncryption: 'AES256',
      ...(endpoint !== undefined && endpoint !== '' && { endpoint }),
    })
}

/** Runs the transfer as a job: one that was broken off is gone on with when the same is asked for again. */
export async function runTransfer(context: Context, transfer: Transfer): Promise<ExitCode> {
  const { from, to, flags, heading } = transfer
  const { concurrentStudies, concurrentFiles, include, exclude } = flags
  const isPaced = concurrentStudies !== undefined || concurrentFiles !== undefined
  const selection: Selection = {
    ...(include !== undefined && { include: [...include] }),
    ...(exclude !== undefined && { exclude: [...exclude] }),
  }
  const concurrency = isPaced ? Math.min(1024, (concurrentStudies ?? 4) * (concurrentFiles ?? 4)) : 'auto'
  const spec = createJobSpec({ from: from.address, to: to.address, selection, concurrency, layout: 'keep' })
  if (flags.dryRun === true) return await dryRun(context, { from, to, parts: {}, spec })
  const folder = openJobFolder(context.io.env)
  const earlier = await findUnfinished(folder, spec)
  if (earlier?.running === true) throw new UsageError(`The same is running already, as job ${earlier.id}.`)
  const journal = earlier === undefined ? folder.create(spec) : withPace(folder.open(earlier.id), { concurrency })
  return await runJob(context, {
    from,
    to,
    parts: {},
    journal,
    heading: { ...heading, resumed: earlier !== undefined },
    again: 'run the same command again',
    async finish() {
      if (flags.manifest !== undefined) await writeManifest(resolve(context.io.cwd, flags.manifest), journal)
      await transfer.finish?.()
    },
  })
}

/** In the form of `sha256sum`, so that it checks a download by itself. */
async function writeManifest(path: string, journal: Journal): Promise<void> {
  const lines: string[] = []
  for await (const { target, digests } of journal.receipts()) {
    if (digests?.sha256 !== undefined) lines.push(`${digests.sha256}  ${target}\n`)
  }
  await writeFile(path, lines.sort().join('')).catch((cause: unknown) => {
    throw new GantryError('read_only', 'All is done, but the manifest cannot be written.', { path, cause })
  })
}
