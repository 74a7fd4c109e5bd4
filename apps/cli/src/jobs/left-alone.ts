import type { Journal } from '@gantry/transfer'

import { entries } from '../render/amounts.ts'
import { printable } from '../render/text.ts'

export interface LeftAlone {
  readonly count: number
  /** For people; none where nothing was left alone. */
  readonly lines: readonly string[]
}

/** So many names are told. */
const mostTold = 20

/** What a job that writes over nothing has found at its destination with other bytes. */
export async function leftAlone(journal: Journal): Promise<LeftAlone> {
  const names: string[] = []
  let count = 0
  for await (const { target } of journal.kept()) {
    count += 1
    if (names.length < mostTold) names.push(`  ${printable(target)}`)
  }
  if (count === 0) return { count, lines: [] }
  const more = count > names.length ? [`  and ${count - names.length} more`] : []
  const [are, were, them] = count === 1 ? ['is', 'was', 'it'] : ['are', 'were', 'them']
  const heading = `${entries(count)} of it ${are} there with other bytes, and ${were} left alone; --overwrite replaces ${them}:`
  return { count, lines: [heading, ...names, ...more] }
}
