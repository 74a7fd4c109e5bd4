import type { Tally } from '@gantry/core'
import type { ComparedEntry } from '@gantry/transfer'

import { entries, formatBytes } from './amounts.ts'
import type { Style } from './style.ts'
import { printable } from './text.ts'

/** What a job has to do with and is not compared. */
export interface NotCompared {
  /** Left as they were. */
  readonly kept: number
  /** The command that compares those, where one can. */
  readonly compare: string | undefined
  /** Not copied yet, or never to be. */
  readonly left: number
  readonly failed: number
  /** The source was listed to its end: else nobody knows what else is to be copied. */
  readonly planned: boolean
  /** How to bring what is not copied. */
  readonly goOn: string | undefined
}

type Outcome = ComparedEntry['outcome']

export function renderCompared({ path, target, outcome }: ComparedEntry, style: Style): string {
  const moved = target === path || target === '' ? '' : ` → ${printable(target)}`
  const paint = outcome === 'unknown' ? style.yellow : style.red
  return `${paint(outcome.padEnd(9))}  ${printable(path)}${moved}`
}

export function renderComparison(tallies: ReadonlyMap<Outcome, Tally>, style: Style): string {
  const say = (outcome: Outcome, text: string) => {
    const tally = tallies.get(outcome)
    return tally === undefined ? [] : [`${entries(tally.entries)} (${formatBytes(tally.bytes)}) ${text}`]
  }
  const lines = [
    ...say('same', style.green('the same')),
    ...say('different', style.red('different')),
    ...say('missing', style.red('missing at the destination')),
    ...say(
      'unknown',
      style.yellow(
        'not known to be the same: --quick does not read them, the source does not let them be read, has nothing of a UID that was named, or holds them damaged',
      ),
    ),
  ]
  return lines.join('\n')
}

export const nothingToCompare = 'There is nothing to compare: the source has no such entries.'

export function renderNotCompared({ kept, compare, left, failed, planned, goOn }: NotCompared, style: Style): string[] {
  const lines: string[] = []
  if (kept > 0) {
    const advice = compare === undefined ? '' : ` To compare all: ${compare}`
    lines.push(`Not compared: ${entries(kept)} that the job left as found.${advice}`)
  }
  const uncopied = left + failed
  if (uncopied > 0) lines.push(`${style.red('Not copied:')} ${entries(uncopied)} of this job`)
  if (!planned) lines.push(`${style.red('Not copied:')} what else is there: the source was not listed to its end`)
  if (goOn !== undefined) lines.push(goOn)
  return lines
}
