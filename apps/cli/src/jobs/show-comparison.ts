import type { Tally } from '@gantry/core'
import type { ComparedEntry } from '@gantry/transfer'

import type { Context } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import {
  type NotCompared,
  nothingToCompare,
  renderCompared,
  renderComparison,
  renderNotCompared,
} from '../render/comparison.ts'
import { toJsonLine } from '../render/json.ts'
import { createCounter } from '../report/counter.ts'

/** Compares, and tells meanwhile what was listed for it. */
export type Compare = (onListed: (more: Tally) => void) => AsyncIterable<ComparedEntry>

/** Shows what differs while it is found, and says at the end whether all is the same. */
export async function showComparison(context: Context, compare: Compare, ofJob?: NotCompared): Promise<ExitCode> {
  const { io, options, style } = context
  const tallies = new Map<ComparedEntry['outcome'], Tally>()
  const listed = createCounter(context, 'Listed')
  const counter = createCounter(context, 'Compared')
  try {
    for await (const entry of compare((more) => listed.add(more.bytes, more.entries))) {
      if (tallies.size === 0) listed.end()
      const before = tallies.get(entry.outcome) ?? { entries: 0, bytes: 0 }
      tallies.set(entry.outcome, { entries: before.entries + 1, bytes: before.bytes + entry.bytes })
      counter.add(entry.bytes)
      if (options.json) io.stdout.write(toJsonLine({ type: 'entry', ...entry }))
      else if (entry.outcome !== 'same') counter.print(io.stdout, renderCompared(entry, style.stdout))
      await io.stdout.ready()
    }
  } finally {
    listed.end()
    counter.end()
  }
  const { kept = 0, left = 0, failed = 0, planned = true } = ofJob ?? {}
  const whole = planned && left + failed === 0
  // What is the same of a part proves nothing of the whole, nor does nothing at all.
  const same = whole && tallies.size > 0 && [...tallies.keys()].every((outcome) => outcome === 'same')
  const exit = same ? exitCodes.done : exitCodes.failed
  if (options.json) {
    const more = { ...(kept > 0 && { kept }), ...(left > 0 && { left }), ...(failed > 0 && { failed }) }
    const result = { type: 'result', totals: Object.fromEntries(tallies), ...more, ...(!planned && { planned }), exit }
    io.stdout.write(toJsonLine(result))
  } else if (!options.quiet || !same) {
    const nothing = ofJob === undefined ? nothingToCompare : 'There is nothing to compare: the job has copied nothing.'
    const lines = tallies.size > 0 ? [renderComparison(tallies, style.stdout)] : [nothing]
    if (ofJob !== undefined) lines.push(...renderNotCompared(ofJob, style.stdout))
    io.stdout.write(`${lines.join('\n')}\n`)
  }
  return exit
}
