import type { Entry } from '@gantry/core'
import { type QueueSummary, type RunSummary, status } from '@gantry/fleet'

import type { Context } from '../../context.ts'
import { type ExitCode, exitCodes } from '../../exit-code.ts'
import type { FleetFlags } from '../../options/fleet-options.ts'
import { formatBytes } from '../../render/amounts.ts'
import { toJsonLine } from '../../render/json.ts'
import { renderFacts, renderTable } from '../../render/table.ts'
import { printable } from '../../render/text.ts'
import { withFleet } from './open-fleet.ts'

export interface StatusFlags extends FleetFlags {
  readonly dead?: boolean
  /** Of those, what their files are called. */
  readonly paths?: boolean
}

/** `gantry fleet status`: exits with 1 where something failed for good. */
export async function showFleet(context: Context, run: string | undefined, flags: StatusFlags): Promise<ExitCode> {
  const { io, options, style } = context
  return await withFleet(context, flags, async (fleet) => {
    const { runs, queues } = await status(fleet, run)
    if (options.json) {
      for (const summary of runs) io.stdout.write(toJsonLine({ type: 'run', ...summary }))
      for (const summary of queues) io.stdout.write(toJsonLine({ type: 'queue', ...summary }))
    } else if (runs.length === 0) {
      if (!options.quiet) io.stderr.write('No runs yet: gantry fleet submit makes one.\n')
    } else {
      const texts = runs.map((summary) => renderFacts(factsOf(summary), style.stdout))
      io.stdout.write(`${texts.join('\n\n')}\n\n${renderTable(head, queues.map(rowOf), style.stdout)}\n`)
    }
    if (flags.dead === true || flags.paths === true) {
      const from = new Map(runs.map((summary) => [summary.id, summary.from]))
      for await (const part of fleet.ledger.dead(run)) {
        const { study, part: number, code, failed, entries } = part
        const files = flags.paths === true ? await fleet.ledger.entriesOf(part) : undefined
        const of = files && originOf(from.get(part.run), files)
        if (options.json) io.stdout.write(toJsonLine({ type: 'dead', ...part, ...of }))
        else io.stdout.write(`${study}-${number}  ${code}  ${failed} of ${entries}\n${lineOf(of)}`)
        for (const { path } of files ?? []) {
          if (options.json) io.stdout.write(toJsonLine({ type: 'dead-path', run: part.run, study, part: number, path }))
          else io.stdout.write(`    ${printable(path)}\n`)
          await io.stdout.ready()
        }
        await io.stdout.ready()
      }
    }
    return runs.some(({ parts }) => parts.failed > 0) ? exitCodes.failed : exitCodes.done
  })
}

/** What a part is of. */
interface Origin {
  readonly from: string
  readonly studyInstanceUID?: string
}

function originOf(from = '', entries: readonly Entry[]): Origin {
  const studyInstanceUID = entries[0]?.image?.studyInstanceUID
  return { from, ...(studyInstanceUID !== undefined && { studyInstanceUID }) }
}

function lineOf(origin: Origin | undefined): string {
  return origin === undefined ? '' : `  ${Object.values(origin).map(printable).join('  ')}\n`
}

function factsOf({ id, from, to, state, studies, parts, entries, bytes, repeated }: RunSummary): [string, string][] {
  const left = [
    `${studies.done} done`,
    ...(studies.queued > 0 ? [`${studies.queued} to do`] : []),
    ...(studies.failed > 0 ? [`${studies.failed} failed`] : []),
    ...(studies.cancelled > 0 ? [`${studies.cancelled} cancelled`] : []),
  ]
  return [
    ['Run', state === 'submitted' ? id : `${id}, ${state}`],
    ['From', printable(from)],
    ['To', printable(to)],
    ['Studies', left.join(', ')],
    [
      'Parts',
      `${parts.verified} verified, ${parts.queued} ${state === 'cancelled' ? 'left' : 'to do'}, ${parts.failed} failed`,
    ],
    ['Entries', `${entries.verified} of ${entries.total} verified`],
    ['Bytes', `${formatBytes(bytes.verified)} of ${formatBytes(bytes.total)}`],
    ...(repeated > 0 ? ([['Begun again', `${repeated} parts`]] as [string, string][]) : []),
    ...(parts.failed > 0 && state !== 'cancelled'
      ? ([['To try again', `gantry fleet retry ${id}`]] as [string, string][])
      : []),
  ]
}

const head = ['Queue', 'Waiting', 'Active', 'Delayed', 'Dead', 'Destination']

function rowOf({ paused, waiting, active, delayed, dead, destination }: QueueSummary): string[] {
  const counts = [waiting, active, delayed, dead].map((count) => String(count))
  return [paused ? 'paused' : 'open', ...counts, printable(destination)]
}
