import { rm } from 'node:fs/promises'

import { compareExisting, type JobSpec, type Tally } from '@gantry/core'
import { type EntryNames, jobFolder, type Journal, type JournalEntry, openJob } from '@gantry/transfer'

import type { Context } from '../context.ts'
import { type ExitCode, exitCodeOf, exitCodes } from '../exit-code.ts'
import type { Place } from '../places/places.ts'
import { type Intent, renderIntent, renderTotals } from '../render/intent.ts'
import { toJsonLine } from '../render/json.ts'
import { renderResult } from '../render/result.ts'
import { createReporter } from '../report/create-reporter.ts'
import { InTheWay } from './in-the-way.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import type { JobParts } from './job-parts.ts'

export interface DryRunOptions {
  readonly from: Place
  readonly to: Place
  readonly parts: JobParts
  readonly spec: JobSpec
  /** Shows more of an entry that is to be copied, below its line. */
  readonly show?: (entry: JournalEntry) => Promise<void>
  /** What an entry is called wherever that is kept, where its path is not for everybody; a terminal shows the path. */
  readonly nameOf?: (entry: Pick<EntryNames, 'path' | 'target'>) => string
}

/** Plans the job in a temporary folder and shows what it would do; writes nothing to the destination. */
export async function dryRun(context: Context, options: DryRunOptions): Promise<ExitCode> {
  const temporary = await temporaryFolder('dry-run')
  const journal = jobFolder(temporary).create(options.spec)
  try {
    const planned = await plan(context, journal, options)
    if (planned !== exitCodes.done) return planned
    const totals = await showIntents(context, journal, options)
    const { io } = context
    // As the copy itself would end.
    const exit = totals.has('refuse') ? exitCodes.failed : exitCodes.done
    const asJson = { type: 'result', dryRun: true, totals: Object.fromEntries(totals), exit }
    io.stdout.write(context.options.json ? toJsonLine(asJson) : `${renderTotals(totals)}\n`)
    return exit
  } finally {
    await journal.close()
    await rm(temporary, { recursive: true, force: true })
  }
}

async function plan(context: Context, journal: Journal, { from, to, parts }: DryRunOptions): Promise<ExitCode> {
  const { io, options, signal, style } = context
  const job = await openJob({ from: from.store, to: to.store, journal, ...parts })
  const reporter = createReporter(context)
  job.on('progress', (event) => reporter.event(event))
  const pause = () => void job.pause()
  signal.addEventListener('abort', pause, { once: true })
  try {
    const result = await job.plan()
    reporter.end(result)
    if (result.phase === 'ready') return exitCodes.done
    const { phase, failure } = result
    const exit = phase === 'paused' ? exitCodes.interrupted : exitCodeOf(failure?.code ?? 'internal')
    if (options.json) io.stdout.write(toJsonLine({ type: 'result', dryRun: true, phase, failure, exit }))
    else if (phase !== 'paused') io.stderr.write(`${renderResult(result, {}, style.stderr)[0]}\n`)
    return exit
  } finally {
    signal.removeEventListener('abort', pause)
    reporter.end(undefined)
  }
}

async function showIntents(
  { io, options: { json, quiet }, signal }: Context,
  journal: Journal,
  options: DryRunOptions,
) {
  const totals = new Map<Intent, Tally>()
  const inTheWay = new InTheWay(options.to.store, signal)
  for (let taken = await journal.take(500); taken.length > 0; taken = await journal.take(500)) {
    for (const entry of taken.flatMap(({ entries }) => entries)) {
      const named = { path: entry.source.path, target: entry.target, bytes: entry.source.size }
      const intent = await intentOf(entry, options, inTheWay, signal)
      const tally = totals.get(intent) ?? { entries: 0, bytes: 0 }
      totals.set(intent, { entries: tally.entries + 1, bytes: tally.bytes + (named.bytes ?? 0) })
      const told = json || !io.stdout.isTerminal ? { ...named, path: options.nameOf?.(named) ?? named.path } : named
      if (json) io.stdout.write(toJsonLine({ type: 'entry', intent, ...told }))
      else if (!quiet) io.stdout.write(`${renderIntent(intent, told)}\n`)
      if (intent !== 'refuse' && intent !== 'skip') await options.show?.(entry)
      await io.stdout.ready()
    }
  }
  return totals
}

/** What the runner would decide, without reading any bytes. */
async function intentOf(
  entry: JournalEntry,
  options: DryRunOptions,
  inTheWay: InTheWay,
  signal: AbortSignal,
): Promise<Intent> {
  const { source, target, existing } = entry
  const { spec } = options
  const [from, to] = [options.from.store, options.to.store]
  if (target === '') return 'refuse'
  const found = existing === 'unknown' ? await to.find(target, { signal }) : existing
  if (found === undefined) return (await inTheWay.isAt(target)) ? 'refuse' : 'copy'
  if (spec.existing === 'overwrite') return 'replace'
  if (spec.existing === 'keep') return 'skip'
  // What a transform makes of the source is known only by making it.
  if (spec.transforms.length > 0) return 'replace'
  const times = { comparable: from.abilities.modified === 'given' && to.abilities.modified === 'given' }
  const listed = compareExisting(source, found, times)
  // A listing tells less than asking for the entry.
  const asked = listed === 'unknown' ? await to.find(target, { signal }) : undefined
  const verdict = asked === undefined ? listed : compareExisting(source, asked, times)
  if (verdict === 'same') return 'skip'
  // Where the destination tells too little, what it has is compared with what is sent.
  return typeof verdict === 'object' || (asked ?? found).size === undefined ? 'compare' : 'replace'
}
