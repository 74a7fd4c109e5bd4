/**
 * How property tests run: the same cases every time and few enough for every commit, unless the environment asks for
 * more (`GANTRY_PROPERTY_RUNS`) or for others (`GANTRY_PROPERTY_SEED`, `random` for new ones each time).
 */
export function propertyParameters(usual = 1000): { readonly numRuns: number; readonly seed?: number } {
  const { GANTRY_PROPERTY_RUNS: runs, GANTRY_PROPERTY_SEED: seed = '20260101' } = process.env
  const numRuns = runs === undefined ? usual : Number(runs)
  return seed === 'random' ? { numRuns } : { numRuns, seed: Number(seed) }
}
