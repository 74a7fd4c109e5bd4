import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { resolve } from 'node:path'

import { GantryError } from '@gantry/core'
import type { DeidentificationReport } from '@gantry/deidentify'
import type { Transform } from '@gantry/transfer'

import type { Context } from '../../context.ts'
import { toJsonLine } from '../../render/json.ts'
import { readKey } from '../deidentify/read-key.ts'

export interface TransformFlags {
  /** Files of keys, one a project. */
  readonly deidentifyKey?: readonly string[]
  /** File that reports are added to. */
  readonly deidentifyReports?: string
}

/** Makes the transforms that runs name, by the keys of this machine: the queue and the ledger hold none. */
export interface WorkerTransforms {
  of(names: readonly string[]): Promise<readonly Transform[]>
  /** To be read of every header. */
  readonly keywords: readonly string[]
  close(): Promise<void>
}

/** Keys are read at once, so that a worker whose keys are wrong does not begin. */
export async function workerTransforms(context: Context, flags: TransformFlags): Promise<WorkerTransforms> {
  const { deidentifyKey: files = [], deidentifyReports: reports } = flags
  const inEnvironment = files.length === 0 && (context.io.env['GANTRY_DEIDENTIFY_KEY'] ?? '') !== ''
  const keys = await Promise.all(
    (inEnvironment ? [undefined] : files).map(async (file) => await readKey(context, file)),
  )
  const log = reports === undefined ? undefined : await reportLog(resolve(context.io.cwd, reports))
  const { createDeidentifier, deidentifying, parseDeidentifierName, transformKeywords } =
    await import('@gantry/deidentify')

  function transformOf(name: string): Transform {
    const named = parseDeidentifierName(name)
    if (named === undefined) {
      throw new GantryError(
        'unsupported',
        'This worker does not know a transform of the run: install the version that does.',
      )
    }
    const { retain, clean, blank } = named
    for (const key of keys) {
      const deidentifier = createDeidentifier({ key, retain, clean, blank })
      if (deidentifier.name !== name) continue
      return deidentifying(deidentifier, log === undefined ? {} : { onReport: (_entry, report) => log.add(report) })
    }
    // Another worker may have it.
    throw new GantryError('unauthenticated', 'This worker has not the key that the run is de-identified by.', {
      store: 'deidentify',
    })
  }

  return {
    keywords: transformKeywords,
    of: (names) => Promise.resolve(names.map((name) => transformOf(name))),
    close: async () => await log?.close(),
  }
}

/** A line of JSON for each image, by its new UID; for the owner of the file alone. */
async function reportLog(file: string) {
  const stream = createWriteStream(file, { flags: 'a', mode: 0o600 })
  // Told when it is opened, and when it is closed.
  let failure: unknown
  stream.on('error', (error) => (failure = error))
  const refuse = (cause: unknown) =>
    new GantryError('read_only', 'The file of reports cannot be written: see --deidentify-reports.', { cause })
  await once(stream, 'open').catch((error: unknown) => {
    throw refuse(error)
  })
  return {
    add: (report: DeidentificationReport) => void stream.write(toJsonLine({ type: 'deidentified', ...report })),
    async close() {
      await new Promise<void>((done) => void stream.end(() => done()))
      if (failure !== undefined) throw refuse(failure)
    },
  }
}
