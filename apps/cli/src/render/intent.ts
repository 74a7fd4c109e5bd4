import type { Tally } from '@gantry/core'

import { entries, formatBytes, formatSize } from './amounts.ts'
import { printable } from './text.ts'

/**
 * What a copy would do with an entry. `compare`: the destination has something of that size, and only reading tells
 * whether it is the same. `refuse`: its name is no path, the layout has no place for it, or a file
 * is where its folder has to be, or a folder in its place.
 */
export type Intent = 'copy' | 'replace' | 'skip' | 'compare' | 'refuse'

export interface IntendedEntry {
  readonly path: string
  readonly target: string
  /** `undefined` where the source does not tell. */
  readonly bytes: number | undefined
}

export function renderIntent(intent: Intent, { path, target, bytes }: IntendedEntry): string {
  const moved = target === path || target === '' ? '' : ` → ${printable(target)}`
  return `${intent.padEnd(8)} ${formatSize(bytes).padStart(9)}  ${printable(path)}${moved}`
}

export function renderTotals(totals: ReadonlyMap<Intent, Tally>): string {
  const say = (intent: Intent, text: string) => {
    const tally = totals.get(intent)
    return tally === undefined ? [] : [`${entries(tally.entries)} (${formatBytes(tally.bytes)}) ${text}`]
  }
  const lines = [
    ...say('copy', 'would be copied'),
    ...say('replace', 'would replace what is there'),
    ...say('compare', 'would be compared with what is there, and copied where it differs'),
    ...say('skip', 'would be skipped: there already'),
    ...say(
      'refuse',
      'could not be copied: they are no images where only images pass, their names are no paths there, a file is there where a folder has to be, or a folder in place of a file, or nothing was found of a UID',
    ),
  ]
  return lines.length === 0 ? nothingSelected : lines.join('\n')
}

export const nothingSelected = 'There is nothing to copy: the source has no such entries.'
