import { isGantryError, type Store } from '@gantry/core'
import {
  type Cleaned,
  createDeidentifier,
  type Deidentifier,
  deidentifying,
  type DeidentificationReport,
  type Retained,
  transformKeywords,
} from '@gantry/deidentify'
import type { EntryNames, JournalEntry, Transform } from '@gantry/transfer'

import type { Context } from '../../context.ts'
import { exitCodes } from '../../exit-code.ts'
import type { RunOptions } from '../../jobs/run-job.ts'
import type { DeidentifyFlags } from '../../options/deidentify-options.ts'
import { addReport, type DeidentifiedTotals, noTotals, renderTotals } from '../../render/deidentified.ts'
import { toJsonLine } from '../../render/json.ts'
import { UsageError } from '../../usage-error.ts'
import { readKey } from './read-key.ts'

/** What a copy needs to de-identify. */
export interface Prepared {
  readonly transform: Transform
  /** To be read of every header. */
  readonly keywords: readonly string[]
  readonly running: Pick<RunOptions, 'again' | 'done' | 'nameOf' | 'settle' | 'tell'>
  /** For a dry run: what would become of the first image of each folder. */
  readonly showing: (from: Store) => Promise<(entry: JournalEntry) => Promise<void>>
}

export async function prepare(context: Context, flags: DeidentifyFlags): Promise<Prepared> {
  const deidentifier = await createFrom(context, flags)
  const reports = new Map<string, DeidentificationReport>()
  const transform = deidentifying(deidentifier, {
    onReport: ({ path }, report) => void reports.set(path, report),
  })
  // What is shown is written to files and logs: an entry is called by its place, and where it has none, by a name that tells
  // nothing without the key.
  const nameOf = ({ path, target }: Pick<EntryNames, 'path' | 'target'>) =>
    target === '' ? `source ${deidentifier.hash.alias(path)}` : target
  let totals: DeidentifiedTotals = noTotals
  const { io, options, style } = context
  return {
    transform,
    keywords: transformKeywords,
    async showing(from) {
      const { diffing } = await import('./show-diff.ts')
      return diffing(context, deidentifier, from)
    },
    running: {
      again: 'the same gantry copy again',
      tell: (event) => ('target' in event ? { ...event, path: nameOf(event) } : event),
      nameOf,
      done({ path, target }) {
        const report = reports.get(path)
        reports.delete(path)
        if (report === undefined) return
        totals = addReport(totals, report)
        if (options.json) io.stdout.write(toJsonLine({ type: 'deidentified', target, ...report }))
      },
      settle: ({ id, progress: { failed } }) =>
        Promise.resolve({
          exit: exitCodes.done,
          lines: [
            ...(failed.entries > 0 ? [`Where what failed came from: gantry jobs show ${id}`] : []),
            ...renderTotals(totals, style.stdout),
          ],
          json: { type: 'deidentification', ...totals },
        }),
    },
  }
}

/** By the flags; the key by its file, or of the environment. */
export async function createFrom(context: Context, flags: DeidentifyFlags): Promise<Deidentifier> {
  const { deidentifyRetain: retain = [], clean = [], blank = [], deidentifyKey } = flags
  const key = await readKey(context, deidentifyKey)
  try {
    // What is no option is refused there, by name.
    return createDeidentifier({ key, retain: retain as readonly Retained[], clean: clean as readonly Cleaned[], blank })
  } catch (error) {
    throw isGantryError(error) ? new UsageError(error.message, { cause: error }) : error
  }
}
