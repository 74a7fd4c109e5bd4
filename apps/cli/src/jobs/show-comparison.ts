import type { Tally } from '@gantry/core'
import type { ComparedEntry } from '@gantry/transfer'

import type { Context } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { entries } from '../render/amounts.ts'
import { renderCompared, renderComparison } from '../render/comparison.ts'
import { toJsonLine } from '../render/json.ts'
import { createCounter } from '../report/counter.ts'

/** Compares, and tells meanwhile what was listed for it. */
export type Compare = (onListed: (more: Tally) => void) => AsyncIterable<ComparedEntry>

/** What is not compared, because the job left it as it was. */
export interface KeptEntries {
  readonly entries: number
  /** The command that compares it, where one can. */
  readonly compare: string | undefined
}

/** Shows what differs while it is found, and says at the end whether all is the same. */
export async function showComparison(context: Context, compare: Compare, kept?: KeptEntries): Promise<ExitCode> {
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
  // Who compares two places wants it proven; of a job, what it did is, were it nothing.
  const compared = tallies.size > 0 || kept !== undefined
  const same = compared && [...tallies.keys()].every((outcome) => outcome === 'same')
  const exit = same ? exitCodes.done : exitCodes.failed
  const totals = Object.fromEntries(tallies)
  const left = kept?.entries ?? 0
  if (options.json) io.stdout.write(toJsonLine({ type: 'result', totals, ...(left > 0 && { kept: left }), exit }))
  else if (!options.quiet || !same) {
    if (tallies.size > 0 || left === 0) io.stdout.write(`${renderComparison(tallies, style.stdout)}\n`)
    if (kept === undefined || left === 0) return exit
    const advice = kept.compare === undefined ? '' : ` To compare all: ${kept.compare}`
    io.stdout.write(`Not compared: ${entries(left)} that the job left as found.${advice}\n`)
  }
  return exit
}
