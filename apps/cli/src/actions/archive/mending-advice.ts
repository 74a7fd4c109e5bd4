import type { Finding } from '@gantry/catalogue'

const overwrite = '--overwrite replaces what is corrupt'
const missing = 'gantry archive, from where all of it is, sends again what is missing'

/** What mends what an audit found, in a packed archive among them or not; nothing for what no copy mends. */
export function mendingAdvice(kinds: ReadonlySet<Finding['kind']>, packed: boolean): readonly string[] {
  const [lost, corrupt, damaged] = [kinds.has('missing'), kinds.has('corrupt'), kinds.has('damaged')]
  if (!lost && !corrupt && !damaged) return []
  const again = corrupt ? [`${missing}; with ${overwrite}.`] : lost ? [`${missing}.`] : []
  const mends =
    'A packed archive makes its indexes anew from its shards (gantry audit --repair), and all else from a copy of its files (gantry audit --repair-from <place>).'
  return packed ? [...again, mends] : again
}
