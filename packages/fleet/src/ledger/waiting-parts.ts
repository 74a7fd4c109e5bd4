import type { SqlDatabase } from '@gantry/sqlite'

/** Numbers of the parts that are not verified, by study; of one that has none, an empty list. */
export async function waitingParts(
  database: SqlDatabase,
  studies: readonly string[],
): Promise<ReadonlyMap<string, readonly number[]>> {
  const places = studies.map(() => '?').join(', ')
  const parts = await database.all<{ study: string; number: number }>(
    `SELECT study, number FROM fleet_parts WHERE study IN (${places}) AND state <> 'verified' ORDER BY study, number`,
    ...studies,
  )
  const waiting = Map.groupBy(parts, ({ study }) => study)
  return new Map(studies.map((study) => [study, (waiting.get(study) ?? []).map(({ number }) => number)]))
}
