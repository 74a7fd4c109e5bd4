import type { ErrorCode } from '@gantry/core'
import {
  type EntryNames,
  type Job,
  type JobEvent,
  type JobEventType,
  type JobOptions,
  type Journal,
  type JobResult,
  openJob,
  requeueGone,
} from '@gantry/transfer'

import type { Context } from '../context.ts'
import { debugError } from '../describe-failure.ts'
import { type ExitCode, exitCodeOf, exitCodeOfAll, exitCodes } from '../exit-code.ts'
import type { Place } from '../places/places.ts'
import { entries } from '../render/amounts.ts'
import { type Failure, isOutOfPlan, listedFailures } from '../render/failures.ts'
import { toJsonLine } from '../render/json.ts'
import { renderResult } from '../render/result.ts'
import { createReporter } from '../report/create-reporter.ts'
import type { JobHeading } from '../report/reporter.ts'
import { openJobFolder } from '../state-folder.ts'
import type { JobParts } from './job-parts.ts'
import { leftByItself, leftByOthers } from './left-before.ts'
import { notingPause } from './noting-pause.ts'

export interface RunOptions {
  readonly from: Place
  readonly to: Place
  readonly parts: JobParts
  /** Closed at the end. */
  readonly journal: Journal
  /** What is asked of this run counts, whatever the job's record says. */
  readonly pace?: JobOptions['pace']
  readonly heading: Omit<JobHeading, 'id' | 'created'>
  /** What earlier runs did is looked for at the destination first, and what is gone is sent again. */
  readonly looksForDone?: boolean
  /** How to go on, where that is not `gantry jobs resume`. */
  readonly again?: string
  /** The same where bytes are wrong at the destination, which it would take for the same again. */
  readonly againAfterWrong?: string
  /** What else is to be done when all is at the destination. */
  readonly finish?: () => Promise<void>
  /** Told how each run ended, whatever came of it, while journal and stores are open; its lines are shown at the end. */
  readonly settle?: (result: JobResult) => Promise<Settlement>
  /** Told of every entry that is done. */
  readonly done?: (event: Extract<JobEvent, { type: 'entry:done' }>) => void
  /** What programs are told of an event, where that is not all of it. */
  readonly tell?: (event: JobEvent) => JobEvent
  /** What an entry that failed is called, where its path is not for everybody; `jobs show` has the path. */
  readonly nameOf?: (entry: Pick<EntryNames, 'path' | 'target'>) => string
}

export interface Settlement {
  /** Where it is worse than the job's own. */
  readonly exit: ExitCode
  /** How many of those that were skipped are there with other bytes. */
  readonly others?: number
  readonly lines: readonly string[]
  readonly json: object
}

/** Runs a job, or goes on with it, until it rests; shows how it goes, and says how it ended. */
export async function runJob(context: Context, run: RunOptions): Promise<ExitCode> {
  const { from, to, parts, journal, pace, heading, finish, settle } = run
  const { io, options, signal } = context
  try {
    if (run.looksForDone === true) await lookForDone(context, run)
    const job = await openJob({
      from: from.store,
      to: to.store,
      journal,
      ...(pace !== undefined && { pace }),
      ...parts,
    })
    const reporter = createReporter(context)
    const before = job.progress.done
    let result: JobResult | undefined
    try {
      reporter.begin({ ...heading, id: job.spec.id, created: job.spec.created })
      const types = options.json ? allEvents : (['progress'] as const)
      for (const type of types) job.on(type, (event) => reporter.event(run.tell?.(event) ?? event))
      if (run.done !== undefined) job.on('entry:done', run.done)
      debugEvents(context, job)
      // What had failed is what people mean when they ask for the same again.
      const start = async () => await (job.state.failed.entries > 0 ? job.retry({ signal }) : job.run({ signal }))
      result = await notingPause(context, start, (text) => reporter.note(text))
    } finally {
      reporter.end(result)
    }
    const { listed, codes, outOfPlan } = await readFailures(journal, run.nameOf)
    const again = codes.has('integrity') ? (run.againAfterWrong ?? run.again) : run.again
    const settled = await notingPause(context, async () => await settle?.(result))
    const own = exitOf(result, codes)
    const exit = own === exitCodes.done ? (settled?.exit ?? own) : own
    if (own === exitCodes.done) await finish?.()
    if (options.json) {
      if (settled !== undefined) io.stdout.write(toJsonLine(settled.json))
      io.stdout.write(toJsonLine({ type: 'result', ...result, exit }))
    } else if (!options.quiet || exit !== exitCodes.done) {
      const lines = renderResult(
        result,
        { failures: listed, outOfPlan, before, again, others: settled?.others },
        context.style.stdout,
      )
      const left = [
        ...(await leftByOthers(openJobFolder(io.env), journal, codes)),
        ...(await leftByItself(journal, result.phase)),
      ]
      io.stdout.write(`${[...lines, ...(settled?.lines ?? []), ...left].join('\n')}\n`)
    }
    return exit
  } finally {
    await journal.close()
  }
}

/** To say that all is done, what was done before must still be there. */
async function lookForDone(context: Context, { to, journal }: RunOptions): Promise<void> {
  const { io, options, signal } = context
  const gone = await notingPause(context, async () => await requeueGone({ to: to.store, journal, signal }))
  if (options.quiet || options.json || gone === 0) return
  const { id } = journal.spec
  const line =
    gone === undefined
      ? `Whether what was done before is still there was not looked at: the destination does not say. To read it back: gantry verify ${id}`
      : `${entries(gone)} that ${gone === 1 ? 'was' : 'were'} done before ${gone === 1 ? 'is' : 'are'} not at the destination any more: sent again`
  io.stderr.write(`${line}\n`)
}

const allEvents: readonly JobEventType[] = [
  'phase',
  'progress',
  'entry:start',
  'entry:done',
  'entry:skip',
  'entry:retry',
  'entry:error',
]

/** All codes, and as many failures as are shown. */
async function readFailures(
  journal: Journal,
  nameOf: RunOptions['nameOf'] = ({ path }) => path,
): Promise<{ listed: Failure[]; codes: Set<ErrorCode>; outOfPlan: number }> {
  const listed: Failure[] = []
  const codes = new Set<ErrorCode>()
  let outOfPlan = 0
  for await (const { path, target, code, message } of journal.failures()) {
    codes.add(code)
    if (isOutOfPlan({ target, code })) outOfPlan += 1
    if (listed.length < listedFailures) listed.push({ path: nameOf({ path, target }), code, message })
  }
  return { listed, codes, outOfPlan }
}

function exitOf(result: JobResult, codes: ReadonlySet<ErrorCode>): ExitCode {
  // `ready`: stopped between the plan and the first entry.
  if (['paused', 'cancelled', 'ready'].includes(result.phase)) return exitCodes.interrupted
  if (result.phase === 'failed') return exitCodeOf(result.failure?.code ?? 'internal')
  return exitCodeOfAll(codes)
}

function debugEvents(context: Context, job: Job): void {
  const { debug } = context
  job.on('phase', ({ phase }) => debug(`phase ${phase}`))
  job.on('entry:retry', ({ code, attempt, delay }) => debug(`${code}: attempt ${attempt} in ${delay} ms`))
  job.on('entry:error', ({ code, cause }) => {
    debug(`${code}: an entry failed`)
    debugError(context, cause)
  })
  job.on('complete', ({ result }) => debugError(context, result.failure?.cause))
}
