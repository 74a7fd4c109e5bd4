import type { Finding } from '@gantry/catalogue'

const overwrite = '--overwrite replaces what is corrupt'
const missing = 'gantry archive, from where all of it is, sends again what is missing'

/** What mends what an audit found; nothing for what no copy mends. */
export function mendingAdvice(kinds: ReadonlySet<Finding['kind']>): readonly string[] {
  const [lost, corrupt, damaged] = [kinds.has('missing'), kinds.has('corrupt'), kinds.has('damaged')]
  if (!lost && !corrupt && !damaged) return []
  const again = corrupt ? [`${missing}; with ${overwrite}.`] : lost ? [`${missing}.`] : []
  return [...again, 'A packed archive mends itself from a copy of its files: gantry audit --repair-from <place>.']
}
