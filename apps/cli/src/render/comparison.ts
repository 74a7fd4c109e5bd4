import type { Tally } from '@gantry/core'
import type { ComparedEntry } from '@gantry/transfer'

import { entries, formatBytes } from './amounts.ts'
import type { Style } from './style.ts'
import { printable } from './text.ts'

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
  return lines.length === 0 ? 'There is nothing to compare: the source has no such entries.' : lines.join('\n')
}
